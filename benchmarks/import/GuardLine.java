import io.fullynested.FullyNested;
import io.fullynested.OnnxImport;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.training.Guard;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a guard has to choose from: a network imported without labels is trained with no bound, and submodels are measured on the straight line from what it
 * began with to what it learnt. Arguments: the folder of ImportAccuracy, in which NET-label-free was imported; a CSV file that rows are added to; NET; a
 * seed; and what is set over the description, KEY=VALUE. The test images are not looked at.
 */
public final class GuardLine {

    private static final String HEADER = "net,set,seed,share,width,accuracy,agreement,divergence,divergence_held_out,divergence_training";
    private static final double[] SHARES = {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0};
    private static final double[] WIDTHS = {1, 0.5, 0.25};

    private GuardLine() {
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path csv = Path.of(args[1]);
        String net = args[2];
        List<String> set = List.of(args).subList(4, args.length);
        Map<String, String> overrides = new LinkedHashMap<>(Map.of("training.validation.every", "0", "training.guard.most", "1"));
        set.forEach(one -> overrides.put(one.split("=", 2)[0], one.split("=", 2)[1]));
        Path imported = folder.resolve(net + "-label-free");
        Settings settings = Settings.standard().withThreads(1).withSeed(Long.parseLong(args[3])).withOverrides(overrides);
        List<String> rows = new ArrayList<>(Files.exists(csv) ? List.of() : List.of(HEADER));
        try (FullyNested labelled = FullyNested.open(folder.resolve(net).resolve(OnnxImport.SPEC), Settings.standard().withThreads(1));
             FullyNested free = FullyNested.open(imported.resolve(OnnxImport.SPEC), settings);
             OnnxSession source = OnnxSession.open(folder.resolve(net + ".onnx"), true, 1)) {
            Map<String, Tensor> begin = Checkpoint.read(imported.resolve(OnnxImport.CHECKPOINT)).tensors();
            Path learnt = Files.createTempFile("learnt", ".safetensors");
            free.train(TrainingListener.NONE).save(learnt);
            Map<String, Tensor> end = Checkpoint.read(learnt).tensors();
            Files.delete(learnt);
            List<Dataset> images = List.of(labelled.data().validation(), free.data().validation(), free.data().train());
            List<float[]> answers = images.stream().map(some -> answers(source, some)).toList();
            for (double share : SHARES) {
                TrainedSupernet between = free.trained(Guard.between(begin, end, share));
                for (double width : WIDTHS) {
                    SubmodelSpec submodel = ImportAccuracy.width(free.supernet().axes(), width);
                    Tensor outputs = between.outputs(submodel, Format.QDQ_INT8, LabelledImages.of(images.get(0)));
                    Evaluation all = free.scorer().evaluate(outputs, answers.get(0));
                    double accuracy = ImportAccuracy.score(ImportAccuracy.top(outputs), images.get(0));
                    StringBuilder row = new StringBuilder(String.join(",", net, String.join("+", set).replace(",", ";"), args[3])).append(String.format(Locale.ROOT,
                            ",%.2f,%.2f,%.2f,%.2f,%.4f", share, width, 100 * accuracy, 100 * all.score(), all.loss()));
                    for (int i = 1; i < images.size(); i++) {
                        Tensor few = between.outputs(submodel, Format.QDQ_INT8, LabelledImages.of(images.get(i)));
                        row.append(String.format(Locale.ROOT, ",%.4f", free.scorer().evaluate(few, answers.get(i)).loss()));
                    }
                    rows.add(row.toString());
                }
            }
        }
        Files.write(csv, rows, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static float[] answers(OnnxSession source, Dataset images) {
        List<Float> all = new ArrayList<>();
        LabelledImages.of(images).forEach(batch -> {
            for (float one : source.run(batch.images()).data()) {
                all.add(one);
            }
        });
        float[] numbers = new float[all.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = all.get(i);
        }
        return numbers;
    }
}
