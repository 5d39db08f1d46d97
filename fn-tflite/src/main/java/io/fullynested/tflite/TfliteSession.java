package io.fullynested.tflite;

import io.fullynested.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** A .tflite file that TensorFlow Lite runs, sample by sample; for one thread at a time. */
public final class TfliteSession implements AutoCloseable {

    private final BytePointer content;
    private final FlatBufferModel model;
    private final BuiltinOpResolver kernels;
    private final InterpreterBuilder builder;
    private final Interpreter interpreter;
    private final List<Port> inputs;
    private final List<Port> outputs;

    /** A tensor that goes in or comes out: {@code scale · (q − zero)}, in an order of channels last. */
    private record Port(TfLiteTensor tensor, int type, float scale, int zero, int channels, int elements) {

        static Port of(TfLiteTensor tensor) {
            int[] dims = IntStream.range(0, tensor.dims().size()).map(i -> tensor.dims().data(i)).toArray();
            int elements = IntStream.of(dims).reduce(1, (a, b) -> a * b);
            return new Port(tensor, tensor.type(), tensor.params().scale(), tensor.params().zero_point(), dims[dims.length - 1], elements);
        }

        private ByteBuffer bytes() {
            return new BytePointer(tensor.data().data()).capacity(tensor.bytes()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        /** Where the number stands in the order of engines that stands at {@code i} here. */
        private int place(int i) {
            return i % channels * (elements / channels) + i / channels;
        }

        void put(float[] numbers, int from) {
            ByteBuffer bytes = bytes();
            for (int i = 0; i < elements; i++) {
                float number = numbers[from + place(i)];
                if (type == tensorflowlite.kTfLiteFloat32) {
                    bytes.putFloat(number);
                } else {
                    bytes.put((byte) Math.min(Math.max(Math.round(number / (double) scale) + zero, 0), 255));
                }
            }
        }

        void get(float[] numbers, int to) {
            ByteBuffer bytes = bytes();
            for (int i = 0; i < elements; i++) {
                numbers[to + place(i)] = type == tensorflowlite.kTfLiteFloat32 ? bytes.getFloat()
                        : scale * ((type == tensorflowlite.kTfLiteInt16 ? bytes.getShort() : bytes.get()) - zero);
            }
        }
    }

    /**
     * Opens a file.
     *
     * @param delegated whether XNNPACK computes what it takes, as it does by default; else TensorFlow Lite's own kernels do, as on microcontrollers
     * @throws IllegalArgumentException if TensorFlow Lite refuses it
     */
    public TfliteSession(byte[] file, boolean delegated) {
        // it is read where it lies
        content = new BytePointer(file.length);
        content.put(file);
        model = FlatBufferModel.VerifyAndBuildFromBuffer(content, file.length);
        kernels = delegated ? new BuiltinOpResolver() : new BuiltinOpResolverWithoutDefaultDelegates();
        if (model == null || model.isNull()) {
            throw refused("it is no file of its schema");
        }
        builder = new InterpreterBuilder(model, kernels);
        builder.SetNumThreads(1);
        interpreter = new Interpreter((Pointer) null);
        require(builder.apply(interpreter), "it has operators that are not known");
        require(interpreter.AllocateTensors(), "its tensors do not fit together");
        inputs = ports(interpreter.inputs().limit(), interpreter::input_tensor);
        outputs = ports(interpreter.outputs().limit(), interpreter::output_tensor);
    }

    private static List<Port> ports(long count, LongFunction<TfLiteTensor> tensor) {
        List<Port> ports = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            ports.add(Port.of(tensor.apply(i)));
        }
        return List.copyOf(ports);
    }

    private static void require(int status, String otherwise) {
        if (status != tensorflowlite.kTfLiteOk) {
            throw refused(otherwise);
        }
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("TensorFlow Lite refuses the file: " + why + ". What it says of that stands on standard error");
    }

    /** The version of TensorFlow Lite. */
    public static String version() {
        return tensorflowlite.TfLiteVersion().getString();
    }

    /**
     * Runs it.
     *
     * @param samples {@code [n, …]}, the numbers of several inputs one after the other, images as channels of rows
     * @return {@code [n, numbers of all outputs]}, as numbers, in the same order
     * @throws IllegalArgumentException if it takes others
     */
    public Tensor run(Tensor samples) {
        int n = samples.shape()[0];
        int taken = inputs.stream().mapToInt(Port::elements).sum();
        int given = outputs.stream().mapToInt(Port::elements).sum();
        if (samples.data().length != n * taken) {
            throw new IllegalArgumentException("The file takes " + taken + " numbers a sample, not " + samples.data().length / Math.max(1, n));
        }
        Tensor results = Tensor.zeros(n, given);
        for (int i = 0; i < n; i++) {
            int from = i * taken;
            for (Port input : inputs) {
                input.put(samples.data(), from);
                from += input.elements();
            }
            require(interpreter.Invoke(), "it cannot be run");
            int to = i * given;
            for (Port output : outputs) {
                output.get(results.data(), to);
                to += output.elements();
            }
        }
        return results;
    }

    @Override
    public void close() {
        interpreter.close();
        builder.close();
        kernels.close();
        model.close();
        content.close();
    }
}
