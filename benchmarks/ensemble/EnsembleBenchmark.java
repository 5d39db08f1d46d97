import io.fullynested.Calibration;
import io.fullynested.Ensemble;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.onnx.Format;
import io.fullynested.search.FrontCsv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Ensembles of one family against one member of the same multiply-accumulates, both picked by the loss on validation images from a front and the full network, and measured
 * on test images.
 *
 * <pre>java -cp "fn-cli/target/classes:$(cat fn-cli/target/classpath)" benchmarks/ensemble/EnsembleBenchmark.java OUT.csv FOLDER...</pre>
 *
 * <p>A folder is what {@code ./fn run} left.
 */
public final class EnsembleBenchmark {

    private static final double[] SHARES = {0.25, 0.5, 1, 2};

    private EnsembleBenchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(List.of("seed,share,limitMacs,most,members,macs,validationLoss,testAccuracy,testLoss,testCalibrationError,selections"));
        for (String folder : List.of(arguments).subList(1, arguments.length)) {
            measure(Path.of(folder), rows);
        }
        Files.write(Path.of(arguments[0]), rows);
    }

    private static void measure(Path folder, List<String> rows) throws Exception {
        Settings settings = Settings.standard().withThreads(1).withBase(Path.of("examples"));
        try (TrainedSupernet net = FullyNested.load(folder.resolve("checkpoint.safetensors"), settings)) {
            List<SubmodelSpec> specs = new ArrayList<>(List.of(net.axes().full()));
            FrontCsv.read(folder.resolve("front.csv")).forEach(row -> specs.add(row.selection()));
            Dataset test = net.network().data().test();
            Evaluation none = new Evaluation(0, 0, 0, Map.of());
            List<Candidate> candidates = specs.stream().map(spec -> new Candidate(spec, net.costs(spec, Format.QDQ_INT8), none)).toList();
            double whole = net.costs(net.axes().full()).get("macs");
            for (double share : SHARES) {
                Budget budget = new Budget("share", Map.of("macs", share * whole));
                for (int most : new int[] {1, 2, 4}) {
                    Ensemble found = Ensemble.of(net, candidates, budget, most, Format.QDQ_INT8);
                    Calibration on = found.on(net, test, Format.QDQ_INT8);
                    String row = String.format(Locale.ROOT, "%d,%s,%.0f,%d,%d,%.0f,%.4f,%.2f,%.4f,%.4f,\"%s\"", net.network().seed(), share, share * whole, most,
                            found.members().size(), found.costs().get("macs"), found.validation().loss(), 100 * on.accuracy(), on.loss(), on.error(),
                            String.join(" and ", found.members().stream().map(SubmodelSpec::toString).toList()));
                    System.out.println(row);
                    rows.add(row);
                }
            }
        }
    }
}
