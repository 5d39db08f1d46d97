package io.fullynested.mobile;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** Blocks of networks made for small devices. */
public final class MobilePlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "mobile";
    }

    @Override
    public List<Factory<NestableBlock>> blocks() {
        return List.of(
                block("inverted-residual", "MobileNetV2 units: expansion, depthwise, linear projection; nested layers and channels",
                        InvertedResidual.class),
                block("depthwise-separable", "depthwise convolution, 1×1 convolution; nested channels", DepthwiseSeparable.class),
                block("squeeze-excite", "a gate for each channel, from the means of all; nested neurons", SqueezeExcite.class),
                block("shuffle-unit", "ShuffleNet units: 1×1 convolutions in groups, channel shuffle, depthwise; nested layers and channels",
                        ShuffleUnit.class));
    }

    private static <R extends Record> Factory<NestableBlock> block(String kind, String summary, Class<R> type) {
        return Factory.of(kind, summary, type, NestableBlock.class);
    }
}
