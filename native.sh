# What glibc is told before a JVM starts, for speed only. ./fn, the benchmarks and .ci/run source it; so can a script that starts a program of
# your own: it reads the environment once, and Java cannot set it. What is set already stays.

# glibc gives blocks of more than 32 MB back to the system and asks for them again in every step: the signals of larger images in larger
# batches (32 channels of 112x112 for 32 images are 49 MB). Keeping them saves a fifth or more of the processor time there
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296}
export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-67108864}
