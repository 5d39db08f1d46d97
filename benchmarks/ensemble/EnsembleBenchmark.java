import io.fullynested.Calibration;
import io.fullynested.Ensemble;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.onnx.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Ensembles of one family against one member of the same multiply-accumulates, both picked by the loss on validation images from a front, and measured on test images.
 *
 * <pre>java -cp "fn-cli/target/classes:$(cat fn-cli/target/classpath)" benchmarks/ensemble/EnsembleBenchmark.java CHECKPOINT FRONT.csv OUT.csv</pre>
 */
public final class EnsembleBenchmark {

    private static final double[] SHARES = {0.25, 0.5, 1, 2};

    private EnsembleBenchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(List.of("share,limitMacs,most,members,macs,validationLoss,testAccuracy,testLoss,testCalibrationError,selections"));
        try (TrainedSupernet net = FullyNested.load(Path.of(arguments[0]), Settings.standard().withThreads(1).withBase(Path.of("examples")))) {
            List<SubmodelSpec> front = Files.readAllLines(Path.of(arguments[1])).stream().skip(1)
                    .map(line -> SubmodelSpec.parse(line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))).toList();
            Dataset test = net.network().data().test();
            double whole = net.costs(net.axes().full()).get("macs");
            for (double share : SHARES) {
                Budget budget = new Budget("share", Map.of("macs", share * whole));
                for (int most : new int[] {1, 2, 4}) {
                    Ensemble found = Ensemble.of(net, front, budget, most, Format.QDQ_INT8);
                    Calibration on = found.on(net, test, Format.QDQ_INT8);
                    String row = String.format(Locale.ROOT, "%s,%.0f,%d,%d,%.0f,%.4f,%.2f,%.4f,%.4f,\"%s\"", share, share * whole, most, found.members().size(),
                            found.costs().get("macs"), found.validation().loss(), 100 * on.accuracy(), on.loss(), on.error(),
                            String.join(" and ", found.members().stream().map(SubmodelSpec::toString).toList()));
                    System.out.println(row);
                    rows.add(row);
                }
            }
        }
        Files.write(Path.of(arguments[2]), rows);
    }
}
