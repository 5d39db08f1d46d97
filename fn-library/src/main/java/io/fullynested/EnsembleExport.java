package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxEnsemble;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Several submodels as one ONNX file whose output is the mean of their logits, z = Σ z₍m₎ / M, checked.
 *
 * @param onnx        the content of the file
 * @param format      how its numbers are written
 * @param members     what each keeps
 * @param costs       their sums by cost model; of the size, that of the file
 * @param scores      by data split, {@code validation} and {@code test}, as the engine measures them together; none where there are no data
 * @param calibration of the same
 * @param parity      how far onnxruntime is from the mean of what the engine says
 */
public record EnsembleExport(OnnxFile onnx, Format format, List<SubmodelSpec> members, Map<String, Double> costs, Map<String, Evaluation> scores,
                             Map<String, Calibration> calibration, OnnxVerifier.Verification parity) {

    /**
     * Exports them and runs the result in onnxruntime.
     *
     * @throws IllegalArgumentException if the network does not tell classes, has several inputs or outputs, or the format cannot hold a member
     * @throws IllegalStateException    if onnxruntime does not compute what the engine does, with the figures
     */
    public static EnsembleExport of(TrainedSupernet net, List<SubmodelSpec> members, OnnxExporter exporter) {
        require(net);
        List<SubmodelSpec> complete = members.stream().map(net.axes()::complete).toList();
        Format format = exporter.format();
        List<Model> models = models(net, complete, exporter);
        OnnxFile onnx = file(net, complete, models, exporter);
        Map<String, Evaluation> scores = new TreeMap<>();
        Map<String, Calibration> calibration = new TreeMap<>();
        Optional<DataSource.Splits> data = net.data();
        for (String split : data.isEmpty() ? List.<String>of() : List.of("test", "validation")) {
            Dataset images = split.equals("test") ? data.get().test() : data.get().validation();
            float[] logits = outputs(net, models, LabelledImages.of(images)).data();
            scores.put(split, net.network().scorer().start().add(logits, LabelledImages.of(images).targets(), images.size()).evaluation());
            calibration.put(split, Calibration.of(logits, classes(images)));
            onnx = onnx.claiming(Claims.score(net.network().metric(), split), String.format(Locale.ROOT, "%.4f", scores.get(split).score()));
        }
        Dataset trials = net.trials();
        LabelledImages images = LabelledImages.first(trials, Math.min(net.network().spec().export().parityImages(), trials.size()));
        OnnxVerifier.Verification parity = new OnnxVerifier(net.network().threads(), net.trialScorer()).compare(onnx.bytes(), images, outputs(net, models, images));
        if (!format.accepts(parity.optimized()) || !format.accepts(parity.unoptimized())) {
            throw new IllegalStateException("onnxruntime does not compute the mean of what was trained: with graph optimisation, " + parity.optimized()
                    + "; without graph optimisation, " + parity.unoptimized() + "; for " + members + " in " + format.id());
        }
        Map<String, Double> costs = sum(complete.stream().map(member -> net.costs(member, format)).toList());
        costs.replace(FileBudgets.SIZE, (double) onnx.bytes().length);
        costs.replace("executed-macs", (double) OnnxCosts.of(onnx.proto()).executed());
        return new EnsembleExport(onnx, format, complete, costs, scores, calibration, parity);
    }

    /** All members in one file, in the oldest version of ONNX that has what each of them needs; neither measured nor run. */
    public static OnnxFile file(TrainedSupernet net, List<SubmodelSpec> members, OnnxExporter exporter) {
        return file(net, members, models(net, members, exporter), exporter);
    }

    private static List<Model> models(TrainedSupernet net, List<SubmodelSpec> members, OnnxExporter exporter) {
        return members.stream().map(member -> net.extract(member, exporter.format())).toList();
    }

    private static OnnxFile file(TrainedSupernet net, List<SubmodelSpec> members, List<Model> models, OnnxExporter exporter) {
        List<OnnxFile> files = files(net, members, models, exporter);
        int newest = files.stream().mapToInt(OnnxEnsemble::opset).max().orElseThrow();
        return OnnxEnsemble.averaged(files.stream().allMatch(file -> OnnxEnsemble.opset(file) == newest) ? files
                : files(net, members, models, exporter.inOpset(newest)));
    }

    private static List<OnnxFile> files(TrainedSupernet net, List<SubmodelSpec> members, List<Model> models, OnnxExporter exporter) {
        return IntStream.range(0, members.size()).mapToObj(i -> net.unverified(members.get(i), models.get(i), exporter)).toList();
    }

    /** The mean of what members say of images in the engine, {@code [images, …]}; of one member, what it says. */
    public static Tensor outputs(TrainedSupernet net, List<SubmodelSpec> members, Format format, LabelledImages images) {
        return mean(members.stream().map(member -> net.outputs(member, format, images)).toList());
    }

    private static Tensor outputs(TrainedSupernet net, List<Model> members, LabelledImages images) {
        return mean(members.stream().map(model -> net.network().on(model, one -> Outputs.of(one, images))).toList());
    }

    /** The mean of tensors of one shape, added in their order as onnxruntime's Mean adds. */
    static Tensor mean(List<Tensor> all) {
        if (all.size() == 1) {
            return all.get(0);
        }
        float[] mean = new float[all.get(0).data().length];
        for (Tensor one : all) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += one.data()[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= all.size();
        }
        return new Tensor(all.get(0).shape(), mean);
    }

    static void require(TrainedSupernet net) {
        EnsembleRefusal.of(net.network().spec(), net.network().supernet()).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
    }

    /** The classes of images. */
    static int[] classes(Dataset images) {
        return IntStream.range(0, images.size()).map(images::label).toArray();
    }

    /** Costs that are paid together. */
    static Map<String, Double> sum(List<Map<String, Double>> all) {
        Map<String, Double> sum = new TreeMap<>();
        all.forEach(costs -> costs.forEach((name, cost) -> sum.merge(name, cost, Double::sum)));
        return sum;
    }

    /** Writes the file as a whole or not at all. */
    public void write(Path file) throws IOException {
        onnx.write(file);
    }
}
