# How Fully Nested is started. ./fn of a checkout and bin/fn of a distribution source it, having said which jar (jar) and where classes are kept (classes).
java=java
[ -n "${JAVA_HOME:-}" ] && java="$JAVA_HOME/bin/java"

# Keeps the classes that commands begin with as the JVM has them in memory: they start in less than half the time. Another JVM, another place of
# the jars, and it goes without. Argument: a description to inspect
keep_classes() {
    local part="$classes.$$"
    for words in "--help" "inspect $1"; do
        # shellcheck disable=SC2086
        "$java" -Xshare:off -XX:DumpLoadedClassList="$part.loaded" -cp "$jar" io.fullynested.cli.Main $words
        grep -v '^[@#]' "$part.loaded" | cut -d' ' -f1
    done | grep '^[A-Za-z0-9_]*/' | sort -u >"$part.list"
    "$java" -Xshare:dump -XX:SharedClassListFile="$part.list" -XX:SharedArchiveFile="$part" -cp "$jar" && mv -f "$part" "$classes"
    rm -f "$part" "$part.list" "$part.loaded"
}

# Becomes the command line, with its arguments
start() {
    local file
    for file in "$jar" "${jar%/*}"/lib/*.jar; do
        if [ ! -r "$file" ]; then
            echo "$file cannot be read. Maybe its owner can: chmod -R a+rX ${jar%/*}" >&2
            exit 1
        fi
    done
    # Java takes names of files for the letters of the locale, and C has none but ASCII
    case "$(locale charmap 2>/dev/null)" in ANSI_X3.4-1968|US-ASCII) export LC_ALL=C.UTF-8 ;; esac

    # what ends at once need not be compiled well; an import holds large numbers for a while, and should give back what it does not need
    local quick=
    case "${1:---help}" in
        -*|help|inspect|plugins|new-plugin|reference|compare|report) quick="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" ;;
        # a search of a small network lasts seconds, and the optimising compiler takes a third of its processor time: only what stays hot is worth that
        search)
            quick="-XX:+UseSerialGC -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000"
            quick="$quick -XX:Tier4BackEdgeThreshold=400000" ;;
        import)
            quick="-XX:+UseSerialGC -Xms24m -Xmn16m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10 -XX:-ShrinkHeapInSteps"
            export GLIBC_TUNABLES=${GLIBC_TUNABLES:+$GLIBC_TUNABLES:}glibc.malloc.hugetlb=1 MALLOC_MMAP_THRESHOLD_=2097152 MALLOC_TRIM_THRESHOLD_=4194304 MALLOC_TOP_PAD_=1048576 MALLOC_ARENA_MAX=1 ;;
    esac

    # the old console, which is none when the output is piped (JDK 22 and newer)
    exec "$java" -Djdk.console=java.base ${classes:+"-XX:SharedArchiveFile=$classes"} -Xlog:disable -Xlog:all=error:stderr \
        $quick ${FN_JAVA_OPTIONS:-} -cp "$jar" io.fullynested.cli.Main "$@"
}
