package io.fullynested.cli;

import io.fullynested.Ensemble;
import io.fullynested.EnsembleExport;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.onnx.Format;
import io.fullynested.search.SearchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Of what a search measured, members that answer together within a budget.
 *
 * @param folder that they are written to
 */
record EnsembleStep(TrainedSupernet net, SearchOptions wanted, PrintWriter out, Path folder) {

    /** What files of members that answer together end in, after the name of their budget. */
    static final String ENDING = ".ensemble";

    /** Those of least loss that members are picked of. */
    private static final int CANDIDATES = 40;

    /** Those of each budget for which several are better than one, by its name; each is told. */
    Map<String, Ensemble> find(SearchResult found) {
        Map<String, Ensemble> all = new LinkedHashMap<>();
        for (Budget budget : wanted.ensemble() == 1 ? List.<Budget>of() : wanted.budgets()) {
            if (!found.chosen().containsKey(budget.name())) {
                continue;
            }
            List<Candidate> candidates = found.visited().stream().filter(one -> budget.allows(one.costs()))
                    .sorted(Comparator.comparingDouble(one -> one.evaluation().loss())).limit(CANDIDATES).toList();
            Ensemble best = Ensemble.of(net, candidates, budget, wanted.ensemble(), format());
            if (best.members().size() == 1) {
                out.println(Console.text("%-8s no two that were measured answer better together within it than one", budget.name()));
                continue;
            }
            all.put(budget.name(), best);
            out.println(Console.text("%-8s %d together: validation accuracy %.2f %%, loss %.4f nats  %s", budget.name(), best.members().size(),
                    100 * best.validation().accuracy(), best.validation().loss(), Pipeline.costs(new TreeMap<>(best.costs()), net.network().costs(wanted).units())));
        }
        return all;
    }

    /** Writes the selections of their members, a line each. */
    void writeSelections(Map<String, Ensemble> all) throws IOException {
        for (Map.Entry<String, Ensemble> one : all.entrySet()) {
            AtomicFile.writeText(folder.resolve("selections").resolve(one.getKey() + ENDING + ".txt"),
                    String.join("\n", one.getValue().members().stream().map(SubmodelSpec::toString).toList()) + "\n");
        }
    }

    /** Writes a file for each budget; what cannot be exported is told, and left out. */
    List<RunSummary.Together> export(Map<String, Ensemble> all, Batch batch) throws IOException {
        List<RunSummary.Together> written = new ArrayList<>();
        all.forEach((name, ensemble) -> batch.attempt(name + ENDING, () -> {
            EnsembleExport export = ensemble.export(net, format());
            String file = "models/" + name + ENDING + ".onnx";
            Files.createDirectories(folder.resolve("models"));
            export.write(folder.resolve(file));
            written.add(RunSummary.Together.of(name, wanted.constraints(name), export, file));
            out.println(Console.text("%-8s %d together: test %s %.2f %%  %s  onnxruntime agrees on %.2f %%", name, ensemble.members().size(), net.network().metric(),
                    100 * export.scores().get("test").score(), folder.resolve(file), 100 * export.parity().worst().agreement()));
        }));
        return written;
    }

    private Format format() {
        return net.network().spec().export().format(net.graph(net.axes().full()));
    }
}
