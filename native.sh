# What the native libraries are told before a JVM starts. ./fn, the benchmarks and .ci/run source it; so can a script that starts a
# program of your own: they read the environment once, and Java cannot set it. What is set already stays.

# glibc gives large blocks back to the system and asks for them again in every step; keeping them saves a tenth of the processor time
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296}
export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-67108864}

# oneDNN compiles a convolution for each of its shapes, and keeps 1,024; the submodels of one supernet can have more, and so were compiled
# again and again. The second is of what LibTorch keeps beside it.
export ONEDNN_PRIMITIVE_CACHE_CAPACITY=${ONEDNN_PRIMITIVE_CACHE_CAPACITY:-100000} LRU_CACHE_CAPACITY=${LRU_CACHE_CAPACITY:-100000}

# the oneDNN in LibTorch 2.10 computes some 1x1 convolutions wrongly with AVX-512 on AMD processors of family 26
if [ -z "${ONEDNN_MAX_CPU_ISA:-}" ] && grep -qs AuthenticAMD /proc/cpuinfo && grep -qsE '^cpu family\s*: 26$' /proc/cpuinfo; then
    export ONEDNN_MAX_CPU_ISA=AVX2
fi

# Java opens files by names that the locale can spell, and "C" spells no umlaut
case $(locale charmap 2>/dev/null) in UTF-8) ;; *) export LC_ALL=C.UTF-8 ;; esac
