package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.bundle.ByteRange;
import io.fullynested.bundle.ByteSource;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.Provenance;
import io.fullynested.onnx.bundle.BundleWriter;
import io.fullynested.testkit.RandomNetworks.Codes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A bundle gives back what was put into it, and needs no more for it than it says. */
class BundleTest {

    private static final int MEMBERS = 5;

    /** A random network, its random members exported, and the bundle of them. */
    private record Family(RandomNetwork network, Map<String, OnnxFile> files, byte[] bytes) {

        static Family of(int seed) {
            RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.WEIGHTS : Codes.WEIGHTS_AND_SIGNALS);
            Map<String, OnnxFile> files = new LinkedHashMap<>();
            BundleWriter writer = new BundleWriter(network.masters());
            for (int i = 0; i < MEMBERS; i++) {
                SubmodelSpec selection = network.selection();
                OnnxFile file = export(network, selection, network.random().nextBoolean() ? Format.QDQ_INT8 : Format.PACKED);
                files.put("member" + i, file);
                writer.add("member" + i, network.net().compile(selection), file);
            }
            return new Family(network, files, writer.bytes());
        }

        NestedBundle open() throws IOException {
            return NestedBundle.open(ByteSource.of("family", bytes));
        }
    }

    private static OnnxFile export(RandomNetwork network, SubmodelSpec selection, Format format) {
        Model model = IntegerBias.round(SubmodelExtractor.extract(network.recalibrated(selection)));
        return new OnnxExporter(format, BundleWriter.OPSET).named(Names.LONG)
                .export(model, new Provenance("1", "net", selection, Map.of("macs", 1.0), Map.of("test", 0.5), List.of()));
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyMemberComesBackFromTheBytesThatItIsSaidToNeed(@ForAll @IntRange(min = 1, max = 30) int seed) throws IOException {
        Family family = Family.of(seed);
        NestedBundle whole = family.open();
        for (Map.Entry<String, OnnxFile> member : family.files().entrySet()) {
            assertThat(whole.onnx(member.getKey())).as("%s of %s", member.getKey(), family.network()).isEqualTo(member.getValue().bytes());
            List<ByteRange> needed = new ArrayList<>(List.of(whole.head()));
            needed.addAll(whole.ranges(member.getKey()));
            byte[] part = new byte[family.bytes().length];
            for (ByteRange range : needed) {
                System.arraycopy(family.bytes(), (int) range.from(), part, (int) range.from(), range.length());
            }
            assertThat(NestedBundle.open(ByteSource.of("part", part)).onnx(member.getKey())).as("%s of %s", member.getKey(), family.network())
                    .isEqualTo(member.getValue().bytes());
            for (int i = 1; i < needed.size(); i++) {
                assertThat(needed.get(i).from()).isGreaterThanOrEqualTo(needed.get(i - 1).to());
            }
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatWasAlteredIsNeverTakenForAMember(@ForAll @IntRange(min = 1, max = 6) int seed) throws IOException {
        Family family = Family.of(seed);
        int refused = 0;
        for (int i = 0; i < 20; i++) {
            byte[] altered = family.bytes().clone();
            altered[family.network().random().nextInt(altered.length)] ^= (byte) (1 << i % 8);
            try {
                NestedBundle bundle = NestedBundle.open(ByteSource.of("altered", altered));
                for (Map.Entry<String, OnnxFile> member : family.files().entrySet()) {
                    assertThat(bundle.onnx(member.getKey())).isEqualTo(member.getValue().bytes());
                }
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("altered ");
                refused++;
            }
        }
        // all but bits that fill up the last byte of the codes
        assertThat(refused).isGreaterThan(18);
    }

    @Example
    void aMemberNeedsANameOfItsOwnAndCodes() {
        RandomNetwork network = RandomNetworks.of(1, Codes.WEIGHTS);
        SubmodelSpec selection = network.selection();
        OnnxFile file = export(network, selection, Format.QDQ_INT8);
        BundleWriter writer = new BundleWriter(network.masters());
        assertThatThrownBy(writer::bytes).isInstanceOf(IllegalStateException.class);
        writer.add("one", network.net().compile(selection), file);
        assertThatThrownBy(() -> writer.add("one", network.net().compile(selection), file)).hasMessageContaining("are named 'one'");
        assertThatThrownBy(() -> writer.add("two", network.net().compile(selection), export(network, selection, Format.FLOAT32)))
                .hasMessageStartingWith("The file of 'two' holds no codes that a bundle could share. Maybe ");
    }
}
