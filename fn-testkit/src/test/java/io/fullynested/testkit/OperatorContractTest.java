package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator keeps the contract, and each check of it catches one that does not. */
class OperatorContractTest {

    private static class Case extends OperatorContract {

        private final OperatorSample sample;

        Case(OperatorSample sample) {
            this.sample = sample;
        }

        @Override
        OperatorSample sample() {
            return sample;
        }
    }

    @TestFactory
    Stream<DynamicNode> everyOperator() {
        return OperatorSamples.all().map(sample -> DynamicContainer.dynamicContainer(sample.toString(), Stream.of(OperatorContract.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> Mutant.check(OperatorContract.class, method.getName(), new Case(sample))))));
    }

    /** The set is sealed, so this is all of them. */
    @Test
    void thereIsASampleOfEveryOperator() {
        assertThat(OperatorSamples.all().map(sample -> sample.operator().getClass()).collect(Collectors.toSet()))
                .isEqualTo(operators(Operator.class).collect(Collectors.toSet()));
    }

    private static Stream<Class<?>> operators(Class<?> type) {
        return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(OperatorContractTest::operators) : Stream.of(type);
    }

    private static OperatorSample layerNorm() {
        return OperatorSamples.all().filter(sample -> sample.toString().equals("LayerNorm")).findFirst().orElseThrow();
    }

    /** An engine that is off in one number of what is normalised. */
    private static final class Off extends RunOnly {

        @Override
        public Tensor run(Model model, Tensor images) {
            Tensor result = new EjmlInterpreter().run(model, images);
            result.data()[0] += 0.01f;
            return result;
        }
    }

    /** The tensors whose names end in some way, with their numbers changed. */
    private static Map<String, Tensor> changed(Map<String, Tensor> tensors, String end, UnaryOperator<Tensor> change) {
        Map<String, Tensor> all = new HashMap<>(tensors);
        all.replaceAll((name, tensor) -> name.endsWith(end) ? change.apply(tensor) : tensor);
        return all;
    }

    private static Tensor twice(Tensor tensor) {
        Tensor result = Tensor.zeros(tensor.shape());
        for (int i = 0; i < result.data().length; i++) {
            result.data()[i] = 2 * tensor.data()[i];
        }
        return result;
    }

    static Stream<Mutant<OperatorContract>> mutants() {
        OperatorSample norm = layerNorm();
        return Stream.of(
                broken("itsShapeIsThatOfItsResult", "a rule that forgets the rows", new Case(norm) {
                    @Override
                    Shape shape(Operator operator, List<Shape> inputs) {
                        Shape right = super.shape(operator, inputs);
                        return right.flat() ? right : right.withSize(1, right.width());
                    }
                }, "shape of"),
                broken("enginesAgree", "an engine that is off by 0.01 in one number", new Case(norm) {
                    @Override
                    List<Backend> engines() {
                        return List.of(new Off());
                    }
                }, "LayerNorm"),
                broken("itsGradientIsTheSlopeOfTheLoss", "a gradient of gamma that is twice the slope", new Case(norm) {
                    @Override
                    Map<String, Tensor> gradients(RandomNetwork network) {
                        return changed(super.gradients(network), "norm/gamma", OperatorContractTest::twice);
                    }
                }, "norm/gamma"),
                broken("aSubmodelIsThePrefixOfTheSupernet", "a gamma of the last channels when narrow", new Case(norm) {
                    @Override
                    Graph compile(RandomNetwork network, SubmodelSpec selection) {
                        return withLastGammas(network, super.compile(network, selection));
                    }
                }, "/gamma"),
                broken("anotherOrderOfTermsComputesTheSame", "a gamma that stays where it is", new Case(norm) {
                    @Override
                    Map<String, Tensor> ranked(RandomNetwork network) {
                        Map<String, Tensor> ranked = new HashMap<>(super.ranked(network));
                        ranked.replaceAll((name, tensor) -> name.endsWith("/gamma") ? network.masters().tensors().get(name) : tensor);
                        return ranked;
                    }
                }, "ranked network"),
                broken("extractionComputesTheSame", "a beta that is lost", new Case(norm) {
                    @Override
                    Model extract(Model model) {
                        Model right = super.extract(model);
                        return right.with(changed(right.parameters().tensors(), "/beta", tensor -> Tensor.zeros(tensor.shape())));
                    }
                }, "extracted"),
                broken("nothingIsBelowZeroWhereItSaysSo", "a result that is taken for one of a ReLU", new Case(norm) {
                    @Override
                    boolean nonNegative(Operator operator, boolean inputs) {
                        return true;
                    }
                }, "the least number of"),
                broken("codesStayCodesWhereItSaysSo", "other numbers that are taken for codes", new Case(norm) {
                    @Override
                    boolean keepsCodes(Operator operator) {
                        return true;
                    }
                }, "says it makes none"),
                broken("eachNumberStaysInItsPlaceWhereItSaysSo", "a mean over channels that is written over them", new Case(norm) {
                    @Override
                    boolean inPlace(Operator operator) {
                        return true;
                    }
                }, "written over its input"),
                broken("itCostsWhatWasWorkedOutByHand", "parameters that are not counted", new Case(norm.costing(0, 0, norm.flops())), "parameters"),
                broken("itCostsWhatWasWorkedOutByHand", "operations that are not counted", new Case(norm.costing(0, norm.params(), 0)), "FLOPs"),
                broken("aFileCostsWhatIsSaidOfIt", "a file of one parameter more than are counted in it", new Case(norm) {
                    @Override
                    Map<String, Double> costs(Graph graph) {
                        Map<String, Double> costs = new HashMap<>(super.costs(graph));
                        costs.merge("params", 1.0, Double::sum);
                        return costs;
                    }
                }, "fullynested.cost.params"));
    }

    private static Graph withLastGammas(RandomNetwork network, Graph graph) {
        Map<String, Integer> sizes = network.net().masters().stream().filter(master -> master.shape().length == 1)
                .collect(Collectors.toMap(master -> master.name(), master -> master.shape()[0]));
        return new Graph(graph.nodes().stream().map(node -> new Node(node.name(), node.operator().mapParameters(weight -> weight,
                (role, slice) -> role == ParameterRole.GAMMA ? last(slice, sizes.get(slice.parameter())) : slice), node.inputs(), node.shape())).toList());
    }

    private static ParameterSlice last(ParameterSlice slice, int size) {
        return 2 * slice.elements() > size ? slice : new ParameterSlice(slice.parameter(), List.of(IndexRanges.of(size - slice.elements(), size)));
    }

    private static Mutant<OperatorContract> broken(String check, String defect, OperatorContract contract, String message) {
        return new Mutant<>(OperatorContract.class, check, defect, contract, new Case(layerNorm()), message);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<OperatorContract> mutant) {
        mutant.caught();
    }
}
