///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//REPOS mavenLocal,central
//DEPS io.fullynested:fn-bom:0.2.0-SNAPSHOT@pom
//DEPS io.fullynested:fn-library
//RUNTIME_OPTIONS -Xmx2g

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.report.HtmlReport;
import io.fullynested.search.FrontCsv;
import io.fullynested.search.ParetoFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the network of a YAML file, searches it, writes its front, report and drawings, and prints the front: {@code jbang Front.java SPEC OUT [EPOCHS]}, after
 * {@code mvn install -Dmaven.test.skip -pl fn-bom,fn-library -am} in a checkout. Without JBang: {@code java -cp "$(cat fn-cli/target/classpath)" Front.java …}.
 */
public final class Front {

    public static void main(String[] args) throws IOException {
        Settings settings = args.length < 3 ? Settings.standard() : Settings.standard().withOverrides(Map.of("training.epochs", args[2]));
        Path out = Files.createDirectories(Path.of(args[1]));
        try (FullyNested fn = FullyNested.open(Path.of(args[0]), settings)) {
            TrainingCurve curve = new TrainingCurve();
            TrainedSupernet net = fn.train(curve);
            SearchResult found = net.search(fn.search(), Progress.NONE);
            new HtmlReport(net, fn.search(), found, Optional.empty(), curve).write(out);
            ParetoFront front = ParetoFront.of(found.visited());
            FrontCsv.write(front, fn.metric(), out.resolve("front.csv"));
            for (Candidate one : front.candidates()) {
                System.out.printf(Locale.ROOT, "%.2f %%  %s  %s%n", 100 * one.evaluation().score(), one.costs(), one.spec());
            }
        }
    }
}
