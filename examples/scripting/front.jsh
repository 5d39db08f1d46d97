// Trains a network, searches it, and writes its front, its report and all drawings, in a shell or a notebook that knows Java. After ./fn --version, which builds:
//   jshell --execution local --class-path "$(cat fn-cli/target/classpath)" examples/scripting/front.jsh
// In a notebook, %maven io.fullynested:fn-library:0.2.0-SNAPSHOT takes the place of the class path. -R-Depochs=60 -R-Dout=out/front say otherwise.
import io.fullynested.*
import io.fullynested.api.search.*
import io.fullynested.report.HtmlReport

var out = Path.of(System.getProperty("out", "out/front"))
var settings = Settings.standard().withOverrides(Map.of("training.epochs", System.getProperty("epochs", "6")))
var fn = FullyNested.open(Path.of("examples/quickstart.yaml"), settings)
var curve = new TrainingCurve()
var net = fn.train(curve)
var found = net.search(fn.search(), Progress.NONE)

// front.csv, report.html, and plots/*.svg, of which a notebook shows each: display(Files.readString(out.resolve("plots/front-size.svg")), "image/svg+xml")
Files.createDirectories(out)
new HtmlReport(net, fn.search(), found, Optional.empty(), curve).write(out)
found.chosen().forEach((name, chosen) -> System.out.printf("%s %.2f %% %s%n", name, 100 * chosen.evaluation().score(), chosen.costs()))
System.out.println(ParetoFront.of(found.visited()).size() + " submodels on the front: " + out.resolve("report.html"))
fn.close()
/exit
