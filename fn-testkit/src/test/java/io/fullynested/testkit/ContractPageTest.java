package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The contract test that docs/plugins.md shows compiles, and the block that it shows keeps the contract. */
class ContractPageTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/plugins.md");
    private static final Pattern SOURCE = Pattern.compile("(?ms)^```java\n(.*?\\b(?:record|class) (\\w+).*?)^```$");

    @TempDir
    private Path folder;
    private URLClassLoader loader;

    @AfterEach
    void close() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> itsBlockKeepsItsContract() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "--release", "17", "-d", folder.toString(),
                "-cp", System.getProperty("java.class.path")));
        SOURCE.matcher(Files.readString(PAGE)).results().filter(source -> source.group(2).startsWith("GatedConv"))
                .forEach(source -> arguments.add(write(source.group(2), source.group(1))));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new))).isZero();
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        Constructor<?> constructor = loader.loadClass("com.example.GatedConvTest").getDeclaredConstructor();
        constructor.setAccessible(true);
        BlockContract contract = (BlockContract) constructor.newInstance();
        List<Method> checks = Stream.of(BlockContract.class.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class)).toList();
        assertThat(checks).hasSizeGreaterThan(5);
        return checks.stream().map(check -> DynamicTest.dynamicTest(check.getName(), () -> check.invoke(contract)));
    }

    private String write(String name, String source) {
        try {
            return Files.writeString(folder.resolve(name + ".java"), source).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
