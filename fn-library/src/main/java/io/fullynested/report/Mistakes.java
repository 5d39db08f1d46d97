package io.fullynested.report;

import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.check.ClassAnswers;
import io.fullynested.core.engine.LabelledImages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What submodels take validation images for, of a task of classes: which classes each confuses, and images that one gets wrong and the full model does not. */
final class Mistakes {

    /** Images that are looked at, drawn with the seed of the training if there are more. */
    private static final int IMAGES = 2_000;
    /** Classes that a drawing has room for. */
    private static final int CLASSES = 24;
    private static final int PAIRS = 10;
    /** Pictures of each submodel, and bytes of all together. */
    private static final int PICTURES = 8;
    private static final int BYTES = 256 << 10;

    private final List<String> classes;
    private final LabelledImages images;
    private final Shape shape;
    private final boolean pictures;
    private final Map<String, ClassAnswers> answers = new LinkedHashMap<>();

    private Mistakes(TrainedSupernet net, Dataset data) {
        this.classes = data.classes();
        this.images = LabelledImages.shuffled(data, Math.min(data.size(), IMAGES), net.network().seed());
        this.shape = data.shape();
        this.pictures = data.parts().size() == 1 && Picture.shows(shape);
    }

    /** @param submodels by name, the full model first; nothing comes of it if the task has no classes */
    static List<Mistakes> of(TrainedSupernet net, Map<String, SubmodelSpec> submodels) {
        Dataset data = net.network().data().validation();
        if (data.target().kind() != Target.Kind.CLASS || data.classes().size() < 2) {
            return List.of();
        }
        Mistakes mistakes = new Mistakes(net, data);
        submodels.forEach((name, spec) -> mistakes.answers.put(name, ClassAnswers.of(net, spec, mistakes.images)));
        return List.of(mistakes);
    }

    int size() {
        return images.size();
    }

    /** A drawing for each submodel; none if there are too many classes. */
    List<Figure> figures() {
        return classes.size() > CLASSES ? List.of() : answers.entrySet().stream().map(one -> ConfusionFigure.draw(one.getKey(), classes,
                one.getValue().counts(classes.size()))).toList();
    }

    private record Pair(int label, int answer, long count) {
    }

    /** The classes that are confused most by any of them, and how often by each. */
    void table(Markup page) {
        Map<String, long[][]> counts = new LinkedHashMap<>();
        answers.forEach((name, one) -> counts.put(name, one.counts(classes.size())));
        List<Pair> pairs = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            for (int answer = 0; answer < classes.size(); answer++) {
                int row = label;
                int column = answer;
                long most = counts.values().stream().mapToLong(all -> all[row][column]).max().orElse(0);
                if (label != answer && most > 0) {
                    pairs.add(new Pair(label, answer, most));
                }
            }
        }
        pairs.sort((a, b) -> Long.compare(b.count(), a.count()));
        List<HtmlTable.Column> columns = new ArrayList<>(List.of(HtmlTable.Column.words("class"), HtmlTable.Column.words("taken for")));
        answers.keySet().forEach(name -> columns.add(HtmlTable.Column.numbers(name)));
        HtmlTable table = new HtmlTable(page, "Classes that are confused most", "sortable", columns);
        for (Pair pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
            table.row(classes.get(pair.label())).cell(classes.get(pair.answer()));
            counts.values().forEach(all -> table.cell(String.valueOf(all[pair.label()][pair.answer()])));
            table.done();
        }
        table.close();
    }

    /** Images that the full model tells rightly and a submodel does not, if images can be looked at. */
    void examples(Markup page) {
        ClassAnswers full = answers.values().iterator().next();
        int[] bytes = {0};
        answers.forEach((name, one) -> {
            List<Integer> wrong = new ArrayList<>();
            for (int i = 0; i < one.size(); i++) {
                if (full.right(i) && !one.right(i)) {
                    wrong.add(i);
                }
            }
            if (one == full || wrong.isEmpty() || !pictures) {
                return;
            }
            page.text("h3", wrong.size() + (wrong.size() == 1 ? " image that " : " images that ") + name + " gets wrong and the full model does not");
            page.open("div", "class", "examples");
            for (int i : wrong.subList(0, Math.min(PICTURES, wrong.size()))) {
                String data = Picture.data(images.range(i, i + 1).joined().data(), shape);
                bytes[0] += data.length();
                if (bytes[0] <= BYTES) {
                    String label = classes.get(one.label(i));
                    String answer = classes.get(one.answer(i));
                    page.open("figure").open("img", "src", data, "alt", "an image of " + label + " that is taken for " + answer, "width", 72, "height", 72);
                    page.end().open("figcaption").content(label).text("small", "taken for " + answer).close().close();
                }
            }
            page.close();
        });
    }
}
