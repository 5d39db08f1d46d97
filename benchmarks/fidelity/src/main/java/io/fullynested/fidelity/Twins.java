package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of its own for each selection, of exactly its shape and bits ({@code twin}). The twin of the full network, cut down
 * without any nesting, is the floor ({@code truncated}); where bits are nested, the full network is trained in float as well
 * ({@code float32}).
 */
record Twins() implements Recipe {

    static final String NAME = "twin";
    static final String TRUNCATED = "truncated";
    static final String FLOAT = "float32";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Piece> pieces(Setting setting) {
        TrainingOptions options = setting.options().read(name(), setting.epochs());
        Supernet supernet = setting.supernet();
        List<Piece> pieces = new ArrayList<>();
        for (Selection selection : setting.selections()) {
            Supernet alone = supernet.alone(selection.spec());
            List<Piece.Measurement> measurements = new ArrayList<>();
            measurements.add(new Piece.Measurement(name(), selection, alone, alone.axes().full()));
            if (selection.spec().equals(supernet.axes().full())) {
                setting.selections().stream().filter(cut -> !cut.equals(selection))
                        .forEach(cut -> measurements.add(new Piece.Measurement(TRUNCATED, cut, supernet, cut.spec())));
            }
            pieces.add(new Piece("twin of " + selection.spec(), alone, options, measurements));
        }
        if (setting.table().quantized()) {
            pieces.add(inFloat(supernet, options));
        }
        return pieces;
    }

    private static Piece inFloat(Supernet supernet, TrainingOptions options) {
        NetworkSpec spec = supernet.spec();
        Supernet net = new Supernet(spec.with(spec.blocks(), spec.nesting(),
                new QuantizationOptions(Optional.empty(), Optional.empty(), spec.quantization().quantizer())));
        SubmodelSpec full = net.axes().full();
        Supernet alone = net.alone(full);
        return new Piece("full network in float32", alone, options,
                List.of(new Piece.Measurement(FLOAT, new Selection("full", full), alone, alone.axes().full())));
    }
}
