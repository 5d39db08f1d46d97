package io.fullynested.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the modules: api ← core ← training, search, onnx, c ← library ← cli; bundle ← onnx; plugins see the API only. The library
 * is what programs depend on, so it knows no command line and no console.
 */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.fullynested").that(not(resideInAPackage("io.fullynested.examples..")));

    /** All but the plugins. */
    private static final String[] MODULES = Stream.concat(Stream.of("io.fullynested"), Stream.of("api", "bundle", "core", "kernels", "training", "search", "onnx", "c", "tflite",
            "report", "check", "live", "tensorboard", "mlflow", "cli", "testkit").map(module -> "io.fullynested." + module + "..")).toArray(String[]::new);

    /** What the classes of a package may depend on, beside Java and themselves. */
    record Arrow(String from, List<String> to) {
        @Override
        public String toString() {
            return from + " → " + to;
        }
    }

    static Stream<Arrow> arrows() {
        String api = "io.fullynested.api..";
        String bundle = "io.fullynested.bundle..";
        String core = "io.fullynested.core..";
        return Stream.of(
                new Arrow(api, List.of()),
                new Arrow(bundle, List.of()),
                new Arrow(core, List.of(api, "javax.imageio..", "org.w3c.dom..", "com.google.inject..", "jakarta.inject..", "com.fasterxml.jackson..", "org.yaml.snakeyaml..",
                        "org.ejml..", "org.slf4j..")),
                new Arrow("io.fullynested.kernels..", List.of()),
                new Arrow("io.fullynested.training..", List.of(api, core, "io.fullynested.kernels..", "org.bytedeco..", "org.slf4j..")),
                new Arrow("io.fullynested.search..", List.of(api, core, "org.slf4j..", "org.ejml..", "org.uma.jmetal..")),
                new Arrow("io.fullynested.onnx..", List.of(api, bundle, core, "ai.onnxruntime..", "ai.onnx.proto..", "org.tribuo.util.onnx..",
                        "com.google.protobuf..", "org.slf4j..")),
                new Arrow("io.fullynested.c..", List.of(api, core)),
                new Arrow("io.fullynested.tflite..", List.of(api, core, "org.tensorflow.lite.schema..", "com.google.flatbuffers..", "org.bytedeco..")),
                // of Jackson's tree and annotations, for summary.json and the page
                new Arrow("io.fullynested", library("io.fullynested.hardware..", "com.google.inject..", "jakarta.inject..")),
                new Arrow("io.fullynested.check..", library("io.fullynested")),
                new Arrow("io.fullynested.live..", library("io.fullynested", "com.sun.net.httpserver..")),
                new Arrow("io.fullynested.tensorboard..", List.of(api, core, "io.fullynested.training..", "org.slf4j..")),
                new Arrow("io.fullynested.mlflow..", library("io.fullynested")),
                // it shows what was found
                new Arrow("io.fullynested.report..", library("io.fullynested", "io.fullynested.hardware..", "io.fullynested.check..", "javax.imageio..")));
    }

    private static List<String> library(String... more) {
        return Stream.concat(Stream.of("api", "bundle", "core", "training", "search", "onnx", "c", "tflite").map(module -> "io.fullynested." + module + ".."),
                Stream.concat(Stream.of("com.fasterxml.jackson..", "org.slf4j.."), Stream.of(more))).toList();
    }

    @ParameterizedTest
    @MethodSource("arrows")
    void aModuleDependsOnNothingElse(Arrow arrow) {
        String[] allowed = Stream.concat(Stream.of("java..", arrow.from()), arrow.to().stream()).toArray(String[]::new);
        classes().that().resideInAPackage(arrow.from()).should().onlyDependOnClassesThat(resideInAnyPackage(allowed)
                // arrays of primitives have no package
                .or(resideInAPackage(""))).check(CLASSES);
    }

    /** And a library for matrices, which is nothing of ours. */
    @Test
    void pluginsSeeTheApiOnly() {
        DescribedPredicate<JavaClass> plugin = resideInAPackage("io.fullynested..").and(not(resideInAnyPackage(MODULES)));
        classes().that(plugin).should()
                .onlyDependOnClassesThat(plugin.or(resideInAnyPackage("java..", "io.fullynested.api..", "org.ejml..", ""))).check(CLASSES);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.fullynested.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** Packages of which some classes know each other: operators and their visitor, recipes and what reads them, a file and what it claims. */
    private static final Set<String> WITH_CIRCLES = Stream.of("api.block", "api.graph", "c", "core.checkpoint", "core.plugin", "core.spec", "core.task",
            "hardware", "onnx", "onnx.bundle", "onnx.source", "tflite", "training").map(name -> "io.fullynested." + name).collect(Collectors.toSet());

    /** Classes of one package know each other in one direction, as packages do: who has read the lower one need not know of the upper. */
    @Test
    void classesFormNoCycles() {
        slices().assignedFrom(EACH_CLASS).should().beFreeOfCycles().check(CLASSES);
    }

    /** A slice for each class, with those within it. */
    private static final SliceAssignment EACH_CLASS = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
            return WITH_CIRCLES.contains(one.getPackageName()) ? SliceIdentifier.ignore() : SliceIdentifier.of(one.getName().replaceAll("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "classes";
        }
    };

    @Test
    void onlyTheCommandLineWritesToTheConsole() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES.that(not(resideInAPackage("io.fullynested.cli.."))));
    }

    @ParameterizedTest
    @CsvSource({"api, 30", "bundle, 10", "core, 50", "training, 20", "search, 3", "onnx, 10", "c, 10", "tflite, 10", "hardware, 5", "mobile, 5",
            "testkit, 10", "check, 5", "live, 5", "report, 10", "cli, 15"})
    void aModuleIsScanned(String module, int atLeast) {
        assertThat(CLASSES.that(resideInAPackage("io.fullynested." + module + "..")).size()).isGreaterThanOrEqualTo(atLeast);
    }
}
