package io.fullynested.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Operator;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing is taken away that a plugin built before may call, and nothing is asked of one that it cannot have: {@code stable-api.txt}
 * lists what was promised so far. docs/api.md says it in words.
 */
class StableApiTest {

    private static final Path PROMISED = Path.of("src/test/resources/stable-api.txt");
    private static final String ABSTRACT = "abstract ";
    /** What plugins are given, not asked for: it may get more methods. */
    private static final List<String> GIVEN = List.of("BlockBuilder", "Signal", "Evaluator", "Host");
    /** These grow with every operator, for whoever implements them to notice. */
    private static final List<String> GROWING = List.of("OperatorVisitor", "TermFlow");
    private static final Set<String> OF_ALL = Arrays.stream(Operator.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
    private static final List<String> EVERYWHERE = List.of("equals", "hashCode", "toString", "values", "valueOf");

    @Test
    void whatWasPromisedIsThere() throws Exception {
        Set<String> there = members();
        Path now = Files.write(Path.of("target/stable-api.txt"), there);
        assertThat(there).as("fn-api breaks plugins that were built before. If it must: cp fn-api/%s fn-api/%s, and say so in docs/api.md", now, PROMISED)
                .containsAll(Files.readAllLines(PROMISED)).hasSizeGreaterThan(200);
    }

    @Test
    void nothingMoreIsAskedOfAPlugin() throws Exception {
        List<String> promised = Files.readAllLines(PROMISED);
        Set<String> types = promised.stream().map(StableApiTest::type).collect(Collectors.toSet());
        assertThat(members().stream().filter(member -> member.startsWith(ABSTRACT) && types.contains(type(member))))
                .as("methods that a plugin built before does not have. Maybe a default method?").isSubsetOf(promised);
    }

    private static String type(String member) {
        return member.replace(ABSTRACT, "").replaceFirst("#.*", "");
    }

    private static Set<String> members() throws IOException, URISyntaxException {
        Path classes = Path.of(FullyNestedPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString()).filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                    .map(name -> load(name.replaceFirst("\\.class$", "").replaceAll("[/\\\\]", ".")))
                    .filter(type -> Modifier.isPublic(type.getModifiers()) && !GROWING.contains(type.getSimpleName()))
                    .flatMap(StableApiTest::members).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> members(Class<?> type) {
        Stream<Member> all = Stream.of(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredFields()),
                // operators are looked at, not made
                Operator.class.isAssignableFrom(type) ? Stream.<Constructor<?>>empty() : Arrays.stream(type.getDeclaredConstructors()))
                .flatMap(members -> members);
        boolean asked = type.isInterface() && !type.isAnnotation() && !type.isSealed() && !GIVEN.contains(type.getSimpleName());
        // what is true of all operators stands with their interface
        boolean operator = Operator.class.isAssignableFrom(type) && type != Operator.class;
        return all.filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic() && !EVERYWHERE.contains(member.getName())
                && !(operator && OF_ALL.contains(member.getName()))).map(member ->
                (asked && Modifier.isAbstract(member.getModifiers()) ? ABSTRACT : "") + type.getName() + "#" + signature(member));
    }

    private static String signature(Member member) {
        if (!(member instanceof Executable executable)) {
            return member.getName();
        }
        String name = executable instanceof Constructor ? "new" : executable.getName();
        return name + Arrays.stream(executable.getParameterTypes()).map(Class::getTypeName).collect(Collectors.joining(", ", "(", ")"))
                + (executable instanceof Method method ? ": " + method.getReturnType().getTypeName() : "");
    }
}
