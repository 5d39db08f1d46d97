package io.fullynested.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fullynested.api.cost.Host;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.task.Moments;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records are values: equal when what they hold is equal, arrays too; and what a cluster sends to and fro can be sent. */
class ValuesTest {

    private static Tensor tensor(float last) {
        return new Tensor(new int[] {1, 2}, new float[] {1, last});
    }

    /** A record that holds arrays, and others that differ from it in one component each. */
    private record Kind(Supplier<? extends Record> one, List<? extends Record> others) {

        @Override
        public String toString() {
            return one.get().getClass().getSimpleName();
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(() -> tensor(2), List.of(tensor(3), new Tensor(new int[] {2}, new float[] {1, 2}))),
                new Kind(() -> quantized(4, 1, .5f), List.of(quantized(3, 1, .5f), quantized(4, 3, .5f), quantized(4, 1, .25f),
                        new QuantizedTensor(new int[] {1}, 4, new byte[] {1}, new float[] {.5f}))),
                new Kind(() -> new IntegerBias(new int[] {1}, new float[] {2}), List.of(new IntegerBias(new int[] {2}, new float[] {2}),
                        new IntegerBias(new int[] {1}, new float[] {1}))),
                new Kind(() -> master("w", 2, MasterParameter.Role.WEIGHT, 1), List.of(master("v", 2, MasterParameter.Role.WEIGHT, 1),
                        master("w", 3, MasterParameter.Role.WEIGHT, 1), master("w", 2, MasterParameter.Role.BIAS, 1),
                        master("w", 2, MasterParameter.Role.WEIGHT, 2))),
                new Kind(() -> new LabelledImages.Batch(tensor(2), new float[] {1}), List.of(new LabelledImages.Batch(tensor(3), new float[] {1}),
                        new LabelledImages.Batch(tensor(2), new float[] {2}))),
                new Kind(() -> new Host.Timing(1, new double[] {1}), List.of(new Host.Timing(2, new double[] {1}), new Host.Timing(1, new double[] {2}))),
                new Kind(() -> new Moments(new double[] {1}, new double[] {1}), List.of(new Moments(new double[] {2}, new double[] {1}),
                        new Moments(new double[] {1}, new double[] {2}))));
    }

    private static QuantizedTensor quantized(int bits, int integer, float step) {
        return new QuantizedTensor(new int[] {1, 1}, bits, new byte[] {(byte) integer}, new float[] {step});
    }

    private static MasterParameter master(String name, int size, MasterParameter.Role role, double initial) {
        return new MasterParameter(name, new int[] {size}, role, initial);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void recordsWithArraysAreEqualByValue(Kind kind) {
        Record one = kind.one().get();
        Record same = kind.one().get();
        assertThat(one).isNotSameAs(same).isEqualTo(same).hasSameHashCodeAs(same).hasToString(same.toString());
        assertThat(one.toString()).doesNotContain("@");
        assertThat(kind.others()).allSatisfy(other -> assertThat(other).isNotEqualTo(one).isInstanceOf(one.getClass()));
        assertThat(one).isNotEqualTo(null).isNotEqualTo("something else");
        assertThat(one.hashCode()).isNotIn(kind.others().stream().map(Object::hashCode).toList());
    }

    @Test
    void noneIsLeftOut() {
        Set<String> found = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.fullynested").stream()
                .filter(JavaClass::isRecord).filter(ValuesTest::seenFromOutside)
                .filter(type -> type.getFields().stream().anyMatch(field -> field.getRawType().isArray() && !field.getModifiers().contains(JavaModifier.STATIC)))
                .map(JavaClass::getName).collect(Collectors.toSet());
        assertThat(found).isEqualTo(kinds().map(kind -> kind.one().get().getClass().getName()).collect(Collectors.toSet()));
    }

    private static boolean seenFromOutside(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC) && type.getEnclosingClass().map(ValuesTest::seenFromOutside).orElse(true);
    }

    @Test
    void aTensorShowsItsShapeAndItsFirstNumbers() {
        assertThat(tensor(2)).hasToString("Tensor[1, 2] 1.0 2.0");
        assertThat(Tensor.zeros(3, 3).toString()).startsWith("Tensor[3, 3] 0.0").endsWith("0.0 …");
        assertThat(Tensor.scalar(4)).hasToString("Tensor[] 4.0");
    }

    @Test
    void whatASearchSendsCanBeSent() throws IOException, ClassNotFoundException {
        SubmodelSpec spec = SubmodelSpec.parse("stage1.layers=1,weights.bits=4");
        Evaluation evaluation = new Evaluation(.5, 1, 100, Map.of("top-5", .9));
        Candidate candidate = new Candidate(spec, Map.of("macs", 3.0), evaluation);
        for (Serializable one : Arrays.<Serializable>asList(spec, evaluation, new Budget("tiny", Map.of("macs", 1e6)), candidate,
                new SearchResult(List.of(candidate), Map.of("tiny", candidate), Map.of("rank", 1.0), List.of(List.of(spec))))) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
                out.writeObject(one);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray()))) {
                assertThat(in.readObject()).isEqualTo(one);
            }
        }
    }
}
