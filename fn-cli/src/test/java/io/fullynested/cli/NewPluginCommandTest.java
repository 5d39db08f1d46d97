package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewPluginCommandTest {

    private static final Path SAMPLE = DocumentsTest.ROOT.resolve("examples/third-party");

    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void prepare() throws IOException {
        project = TinyProject.in(folder);
    }

    private TinyProject.Outcome newPlugin(String... words) {
        return project.run(Stream.concat(Stream.of("new-plugin"), Stream.of(words)).toArray(String[]::new));
    }

    @Test
    void theSampleIsWhatItWrites() throws IOException {
        assertThat(newPlugin("acme", "--dir", "@acme").code()).isZero();
        assertThat(project.content("acme")).containsExactlyInAnyOrderElementsOf(NewPluginCommand.FILES);
        try (Stream<Path> files = Files.walk(SAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !SAMPLE.relativize(file).startsWith("target")).toList()) {
                assertThat(project.path("acme").resolve(SAMPLE.relativize(file))).as("examples/third-party").hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void everythingIsNamedAfterThePlugin() throws IOException {
        var written = newPlugin("blur-2d", "--dir", "@new/blur", "--package", "org.acme.vision");
        assertThat(written.code()).as(written.err()).isZero();
        assertThat(written.out()).contains("block blur-2d-conv", "cost model blur-2d-latency", "install");
        assertThat(project.content("new/blur")).contains("blur-2d.yaml", "src/main/java/org/acme/vision/Blur2dPlugin.java",
                "src/test/java/org/acme/vision/Blur2dConvTest.java").hasSize(NewPluginCommand.FILES.size());
        for (String file : project.content("new/blur")) {
            assertThat(Files.readString(project.path("new/blur/" + file)).replace("org.acme.vision", "")).as(file).doesNotContainIgnoringCase("acme");
        }
        assertThat(Files.readString(project.path("new/blur/pom.xml"))).contains("<groupId>org.acme.vision</groupId>", "<artifactId>blur-2d</artifactId>");
        assertThat(Files.readString(project.path("new/blur/blur-2d.yaml"))).contains("kind: blur-2d-conv", "blur-2d-latency: 1 ms");
    }

    @Test
    void itsVersionsAreThoseOfThisBuild() throws IOException {
        String own = Files.readString(DocumentsTest.ROOT.resolve("pom.xml"));
        String pom = Files.readString(SAMPLE.resolve("pom.xml"));
        String version = value(own, "artifactId>fully-nested</artifactId>\\s*<version");
        assertThat(value(pom, "version.fullynested")).isEqualTo(version);
        for (String plugin : new String[] {"resources", "compiler", "surefire", "jar"}) {
            String asked = "<artifactId>maven-" + plugin + "-plugin</artifactId>\\s*<version";
            assertThat(value(pom, asked)).as(plugin).isEqualTo(value(own, asked));
        }
    }

    private static String value(String xml, String tag) {
        return Pattern.compile(tag + ">([^<]*)<").matcher(xml).results().findFirst().orElseThrow().group(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Blur|@blur|-|'Blur' is no name for a plugin; it takes lower case letters, digits and hyphens. Maybe 'squeeze-excite'?",
            "2d|@blur|-|'2d' is no name for a plugin; it takes lower case letters, digits and hyphens. Maybe 'squeeze-excite'?",
            "blur|@blur|a..b|--package a..b: it cannot be the package of a plugin. Maybe --package org.example.plugins?",
            "class|@blur|-|--package com.example.class: it cannot be the package of a plugin. Maybe --package org.example.plugins?",
            "blur|@blur|io.fullynested.api.blur|--package io.fullynested.api.blur: it cannot be the package of a plugin. Maybe --package org.example.plugins?",
            "blur|@data|-|data is there already. Maybe another --dir?",
            "blur|@tiny.yaml|-|tiny.yaml is there already. Maybe another --dir?",
            "blur|@tiny.yaml/in/it|-|tiny.yaml/in/it cannot be written: tiny.yaml/in does not let files be made, or is no folder. Maybe another --dir?"})
    void refusesAndLeavesNothingBehind(String name, String dir, String pack, String message) {
        var before = project.content("");
        var refused = pack.equals("-") ? newPlugin(name, "--dir", dir) : newPlugin(name, "--dir", dir, "--package", pack);
        assertThat(refused.err().replace(folder + "/", "").strip()).isEqualTo(message);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(project.content("")).isEqualTo(before);
    }

    @Test
    void leavesNoFolderOfItsOwnBeside() throws IOException {
        assertThat(newPlugin("blur", "--dir", "@new/blur").code()).isZero();
        assertThat(newPlugin("blur", "--dir", "@new/blur").code()).isEqualTo(2);
        try (Stream<Path> left = Files.list(project.path("new"))) {
            assertThat(left).containsExactly(project.path("new/blur"));
        }
    }
}
