// Trains a network, searches it, and writes its front, its report and all drawings, in a shell or a notebook that knows Java. After ./fn --version, which builds:
//   jshell --class-path "$(cat fn-cli/target/classpath)" examples/scripting/front.jsh
// In a notebook, %maven io.fullynested:fn-library:0.2.0-SNAPSHOT takes the place of the class path. -R-Dspec=FILE, -R-Depochs=60 and -R-Dout=FOLDER say otherwise.
import io.fullynested.*
import io.fullynested.api.search.*
import io.fullynested.report.HtmlReport
import io.fullynested.search.FrontCsv
import io.fullynested.search.ParetoFront

var out = Path.of(System.getProperty("out", "out/front"))
var settings = Settings.standard().withOverrides(Map.of("training.epochs", System.getProperty("epochs", "6")))
var fn = FullyNested.open(Path.of(System.getProperty("spec", "examples/quickstart.yaml")), settings)
var curve = new TrainingCurve()
var net = fn.train(curve)
var found = net.search(fn.search(), Progress.NONE)

// front.csv, report.html, and plots/*.svg, of which a notebook shows each: display(Files.readString(out.resolve("plots/front-size.svg")), "image/svg+xml")
Files.createDirectories(out)
FrontCsv.write(ParetoFront.of(found.visited()), fn.metric(), out.resolve("front.csv"))
new HtmlReport(net, fn.search(), found, Optional.empty(), curve).write(out)
found.chosen().forEach((name, chosen) -> System.out.printf("%s %.2f %% %s%n", name, 100 * chosen.evaluation().score(), chosen.costs()))
System.out.println("Of " + found.visited().size() + " submodels, the front is in " + out.resolve("report.html"))
fn.close()
/exit
