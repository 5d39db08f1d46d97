package io.fullynested.cli;

import io.fullynested.bundle.ByteRange;
import io.fullynested.bundle.Member;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Printable;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.onnx.OnnxEnsemble;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A member of a bundle, to be exported. */
final class BundleMember {

    @Option(names = "--from", paramLabel = "BUNDLE", required = true, description = "what './fn bundle' left; needs no checkpoint")
    private Path bundle;

    @Option(names = "--member", paramLabel = "NAME", required = true, description = "which one; './fn inspect BUNDLE' lists them; of several, one file whose output is the mean "
            + "of theirs")
    private List<String> names;

    /** Where to write if nothing else is said. */
    Path standardOutput() {
        return bundle.resolveSibling(String.join("-", names) + ".onnx");
    }

    /** Writes its ONNX file. */
    void export(Path file, PrintWriter text) throws IOException {
        NestedBundle family = open(bundle);
        List<String> there = family.members().stream().map(Member::name).toList();
        List<OnnxFile> members = new ArrayList<>();
        for (String name : names) {
            if (!there.contains(name)) {
                throw new BadInputException("--member " + name + ": " + bundle + " has none of that name"
                        + Spelling.maybeOrStop(name, there) + " There are " + String.join(", ", there));
            }
            members.add(made(() -> OnnxFile.of(family.onnx(name))));
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new BadInputException("--member " + String.join(" --member ", names) + ": the same member twice");
        }
        OnnxFile onnx = members.size() == 1 ? members.get(0) : averaged(members);
        onnx.write(file);
        text.println(Console.text("%s: member%s %s of %s, %,d bytes", file, members.size() == 1 ? "" : "s", String.join(" and ", names), bundle, onnx.bytes().length));
    }

    private OnnxFile averaged(List<OnnxFile> members) {
        try {
            return OnnxEnsemble.averaged(members);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--member " + String.join(" --member ", names) + ": " + e.getMessage());
        }
    }

    /**
     * Opens a bundle.
     *
     * @throws BadInputException if it is none
     */
    static NestedBundle open(Path bundle) {
        return made(() -> NestedBundle.open(bundle));
    }

    private static <T> T made(InputFile.Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new BadInputException(Failure.message(e));
        }
    }

    /** Tells what a bundle holds: for each member its score, MACs, the size of its ONNX file, and how much of the bundle it needs. */
    static void list(NestedBundle bundle, Path file, PrintWriter text) throws IOException {
        List<Member> members = bundle.members();
        String row = "%-" + Math.max(6, members.stream().mapToInt(member -> member.name().length()).max().orElse(0)) + "s%15s%15s%14s%14s%8s";
        text.println(Console.text(row, "member", "test " + members.get(0).metric(), "macs", "ONNX bytes", "needs bytes", "pieces"));
        for (Member member : members) {
            List<ByteRange> ranges = bundle.ranges(member.name());
            text.println(Console.text(row, Printable.line(member.name()),
                    member.number("fullynested." + member.metric() + ".test").map(share -> Console.text("%.2f %%", 100 * share)).orElse("-"),
                    member.number("fullynested.cost.macs").map(macs -> Console.text("%,.0f", macs)).orElse("-"), number(member.bytes()),
                    number(ranges.stream().mapToLong(ByteRange::length).sum()), ranges.size()));
        }
        text.println(Console.text("%s: %d members, %s bytes, of which %s are read first; their ONNX files are %s", file, members.size(),
                number(Files.size(file)), number(bundle.head().length()), number(members.stream().mapToLong(Member::bytes).sum())));
    }

    private static String number(long number) {
        return Console.text("%,d", number);
    }
}
