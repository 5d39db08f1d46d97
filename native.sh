# What the native libraries are told before a JVM starts. ./fn, the benchmarks and .ci/run source it; so can a script that starts a
# program of your own: they read the environment once, and Java cannot set it. What is set already stays.

# glibc gives large blocks back to the system and asks for them again in every step; keeping them saves a tenth of the processor time
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296}
export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-67108864}
