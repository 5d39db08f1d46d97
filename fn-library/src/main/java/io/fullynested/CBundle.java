package io.fullynested;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.c.CFamily;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.c.Origin;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.model.Model;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Several submodels in C, which share their codes.
 *
 * @param family the pair of files
 * @param scores by member and data split; none where there are no data
 * @param parity how far each compiled member is from the engine, by name; empty where there is no compiler
 */
public record CBundle(CFamily family, Map<String, Map<String, Evaluation>> scores, Map<String, Parity> parity) {

    /**
     * Exports submodels. Where this machine has a C compiler, all are tried on images.
     *
     * @param members name → what it keeps
     * @param file    the {@code .c} file, as which the names in it begin; nothing is written
     * @throws NoIntegerFormException   if something in one of them cannot be computed in integers
     * @throws IllegalArgumentException if there are none, or two would be called the same
     * @throws IllegalStateException    if a member does not compute what the engine does, with the figures
     */
    public static CBundle of(TrainedSupernet net, Map<String, SubmodelSpec> members, Path file) throws IOException {
        net.network().requireNoTail("C");
        Map<String, Map<String, Evaluation>> scores = new LinkedHashMap<>();
        List<CFamily.Member> extracted = new ArrayList<>();
        for (Map.Entry<String, SubmodelSpec> member : members.entrySet()) {
            Model model = net.extract(member.getValue(), Format.QDQ_INT8);
            scores.put(member.getKey(), net.scores(model));
            List<String> lines = new ArrayList<>();
            scores.get(member.getKey()).forEach((split, evaluation) -> lines.add(String.format(Locale.ROOT, "%s %s: %.6f", split, net.network().metric(),
                    evaluation.score())));
            lines.add(net.axes().complete(member.getValue()).toString());
            extracted.add(new CFamily.Member(member.getKey(), net.graph(member.getValue()), model, lines));
        }
        if (extracted.isEmpty()) {
            throw new IllegalArgumentException("there are no members");
        }
        CFamily family = CFamily.of(file, net.parameters(), extracted, origin(net, extracted.get(0).model()));
        return new CBundle(family, scores, CompiledC.compiler().isPresent() ? parity(net, family, extracted) : Map.of());
    }

    private static Origin origin(TrainedSupernet net, Model model) {
        Origin one = CExport.origin(net.network().provenance(net.axes().full(), Map.of(), Map.of()), model);
        return new Origin(one.lines().stream().filter(line -> !line.startsWith("selection: ")).toList(), one.labels(), one.outputs());
    }

    private static Map<String, Parity> parity(TrainedSupernet net, CFamily family, List<CFamily.Member> members) throws IOException {
        Map<String, Parity> parity = new LinkedHashMap<>();
        try (CompiledC compiled = CExport.compiled(members.get(0).model(), family.members().get(0))) {
            for (int i = 0; i < members.size(); i++) {
                CSource member = family.members().get(i);
                Parity found = CExport.parity(net, members.get(i).model(), compiled.as(member));
                if (!Format.QDQ_INT8.accepts(found)) {
                    throw new IllegalStateException("The C form of member " + members.get(i).name() + " does not compute what was trained: " + found);
                }
                parity.put(members.get(i).name(), found);
            }
        }
        return parity;
    }

    /** Writes the pair, each file as a whole or not at all. */
    public void write(Path file) throws IOException {
        family.source().write(file);
    }
}
