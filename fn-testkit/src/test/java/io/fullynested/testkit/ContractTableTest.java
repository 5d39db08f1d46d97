package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/contracts.md lists every check of every contract with what it catches, as the tests of the contracts have it. */
class ContractTableTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/contracts.md");

    private static final String INTRODUCTION = """
            # Contracts

            Each check of a contract of `fn-testkit`, and the broken things that it was seen to catch: each row is a test, in which the check
            fails with these words on what is broken, and passes on the same thing unbroken. Made from those tests.
            """;

    private static Stream<? extends Mutant<?>> mutants() {
        return Stream.of(BlockContractTest.mutants(), OperatorContractTest.mutants(), PartContractsTest.costs(), PartContractsTest.devices(),
                SearchStrategyContractTest.mutants(), PartContractsTest.dropouts(),
                QuantizerContractTest.mutants(), TaskContractTest.mutants(), PluginContractTest.mutants()).flatMap(mutants -> mutants);
    }

    @Test
    void everyCheckOfEveryContractCatchesSomething() throws IOException {
        Map<Class<?>, List<String>> checked = new LinkedHashMap<>();
        mutants().forEach(mutant -> checked.computeIfAbsent(mutant.type(), none -> new ArrayList<>()).add(mutant.check()));
        checked.forEach((contract, checks) -> assertThat(checks).as(contract.getSimpleName()).containsAll(
                Stream.of(contract.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class)).map(method -> method.getName()).toList()));
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(checked.keySet()).extracting(type -> type.getSimpleName() + ".java").containsExactlyInAnyOrderElementsOf(
                    sources.map(source -> source.getFileName().toString()).filter(name -> name.endsWith("Contract.java")).toList());
        }
    }

    @Test
    void thePageListsThem() throws IOException {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        mutants().collect(Collectors.groupingBy(Mutant::type, LinkedHashMap::new, Collectors.toList())).forEach((contract, mutants) -> {
            page.append("\n## ").append(contract.getSimpleName()).append("\n\n| check | what is broken | caught with the words |\n|---|---|---|\n");
            mutants.forEach(mutant -> page.append("| ").append(words(mutant.check())).append(" | ").append(mutant.defect()).append(" | `")
                    .append(mutant.message()).append("` |\n"));
        });
        Path made = Files.writeString(Path.of("target/contracts.md"), page);
        assertThat(PAGE).as("docs/contracts.md is stale. Refresh it: cp fn-testkit/target/contracts.md docs").hasSameTextualContentAs(made);
    }

    private static String words(String method) {
        return method.replaceAll("([A-Z])", " $1").toLowerCase();
    }
}
