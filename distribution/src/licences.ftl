# Licences of what comes along

Made by `mvn -Pdist package`, and held current by `.ci/dist`. Fully Nested is under the [Apache License 2.0](../LICENSE); its distribution holds these jars besides:

| artifact | version | licence |
|---|---|---|
<#list dependencyMap as e>
<#assign p=e.getKey() licences=e.getValue()>
| `${p.groupId}:${p.artifactId}` | ${p.version} | ${licences?join(", or ")} |
</#list>

JavaCPP's presets are taken under the first of theirs. Jars for one platform hold libraries that are not Java: LibTorch (BSD-3-Clause) and GCC's OpenMP
(GPL-3.0 with the GCC Runtime Library Exception) in `pytorch`, OpenBLAS (BSD-3-Clause) and GCC's Fortran and quadruple precision (GPL-3.0 with that exception, LGPL-2.1) in `openblas`,
onnxruntime (MIT) in `onnxruntime`, TensorFlow Lite (Apache-2.0) in its jar. The pictures of `examples/data/fashion-mnist` are under the MIT license. A Java that `-Druntime` puts in is under the
licence of the JDK that makes it, in `runtime/legal`.
