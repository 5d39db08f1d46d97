package io.fullynested.c;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Several submodels of one network as a pair of C files, of which a call runs one: they share the array of codes, of which each reads its channels and leading
 * bits, and the memory for signals. Biases, factors, and tables of where channels are, each has for itself.
 * A function says which member to run next, by the same rules as the {@code MemberPolicy} of bundles.
 *
 * @param source  the files
 * @param members the same, as each member is called
 */
public record CFamily(CSource source, List<CSource> members) {

    /** Bytes of code that choose a member, at most. */
    private static final int POLICY = 280;

    /**
     * A member.
     *
     * @param name  what the header calls it
     * @param graph as it was compiled over the masters
     * @param model as it was extracted, its biases rounded
     * @param lines what the header says of it
     */
    public record Member(String name, Graph graph, Model model, List<String> lines) {
    }

    /**
     * Exports a family.
     *
     * @param file    the {@code .c} file, as which the names in it begin
     * @param masters whose codes all read
     * @throws NoIntegerFormException   if a member has none; the message names it
     * @throws IllegalArgumentException if there are no members, or two would be called the same
     */
    public static CFamily of(Path file, Parameters masters, List<Member> members, Origin origin) {
        requireNames(members);
        String name = CExporter.name(file);
        SharedWeights weights = new SharedWeights(masters, members.stream().map(Member::graph).toList());
        Unit unit = new Unit(true, true);
        List<Node> inputs = members.get(0).model().graph().inputs();
        Map<String, String> arguments = CExporter.arguments(inputs);
        String taken = CExporter.taken(arguments, "");
        StringBuilder runs = new StringBuilder();
        List<CSource> told = new ArrayList<>();
        for (Member member : members) {
            Map<String, Node> layers = new HashMap<>();
            member.graph().nodes().forEach(node -> layers.put(node.name(), node));
            Model model = member.model();
            Lowering lowering = new Lowering(model.graph(), new Numbers(Optional.of(model.parameters())), arguments, unit, node -> weights.read(unit,
                    layers.get(node.name()), model.parameters().quantized(node.weight().orElseThrow())));
            try {
                lowering.run();
            } catch (NoIntegerFormException e) {
                throw new NoIntegerFormException(e.refused().stream().map(refused -> member.name() + ": " + refused).toList());
            }
            List<CSource.Output> outputs = CExporter.give(lowering, origin.outputs());
            runs.append("\nstatic void run").append(told.size()).append('(').append(taken).append(", int32_t *outputs) {\n").append(unit.calls()).append("}\n");
            told.add(CExporter.told(name, lowering, outputs));
        }
        return of(name, unit, runs, told, members, inputs, arguments, origin);
    }

    private static CFamily of(String name, Unit unit, StringBuilder runs, List<CSource> told, List<Member> members, List<Node> inputs,
                              Map<String, String> arguments, Origin origin) {
        // the table of members, and what calls one; what chooses one
        unit.code(80 + 4 * members.size() + POLICY);
        String work = unit.array("uint32_t", Integer.BYTES, "work", told.stream().mapToLong(one -> Math.max(1, one.macs())).toArray());
        CSource whole = new CSource(name, told.get(0).prefix(), "", "", unit.constants(), unit.code(), told.stream().mapToInt(CSource::arena).max().orElseThrow(),
                told.stream().mapToLong(CSource::macs).max().orElseThrow(), told.get(0).outputs(), List.of(), told.stream().flatMap(one -> one.notes().stream())
                        .distinct().toList(), "");
        String taken = CExporter.taken(arguments, "int member, ");
        String given = String.join(", ", arguments.values());
        StringBuilder text = new StringBuilder(CExporter.head(whole, unit.text())).append(runs).append(String.format(Locale.ROOT, """

                void %1$s_run(%2$s, int32_t *outputs) {
                    static void (*const runs[%3$d])(%4$s, int32_t *) = {%5$s};
                    runs[member](%6$s, outputs);
                }
                """, whole.prefix(), taken, told.size(), String.join(", ", arguments.values().stream().map(any -> "const uint8_t *").toList()),
                String.join(", ", IntStream.range(0, told.size()).mapToObj(i -> "run" + i).toList()), given));
        if (Header.classifies(whole)) {
            text.append(CExporter.classify(whole, taken, "member, " + given));
        }
        text.append('\n').append(String.format(Locale.ROOT, Unit.text("policy"), whole.prefix(), told.size(), work));
        List<Header.Told> listed = IntStream.range(0, told.size()).mapToObj(i -> new Header.Told(members.get(i).name(), told.get(i), members.get(i).lines())).toList();
        CSource source = CExporter.with(whole, new Header(whole, inputs, arguments, origin, listed).text(), text.toString());
        return new CFamily(source, IntStream.range(0, told.size()).mapToObj(i -> source.member(i, told.get(i))).toList());
    }

    private static void requireNames(List<Member> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a family has no members. Maybe --select NAME:AXIS=KEEP,...?");
        }
        Set<String> known = new HashSet<>();
        for (Member member : members) {
            if (!known.add(Identifiers.word(member.name()))) {
                throw new IllegalArgumentException("two members would be called " + Identifiers.word(member.name()) + " in C. Maybe another name for "
                        + member.name() + "?");
            }
        }
    }
}
