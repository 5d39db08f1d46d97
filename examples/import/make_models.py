"""Networks as people bring them: torchvision's, exported to ONNX by both of PyTorch's exporters, with weights as PyTorch starts them.

usage: make_models.py DIR [NAME ...]     writes DIR/NAME.onnx (the exporter of TorchScript) and DIR/NAME.dynamo.onnx (that of torch.export)

Without names, all. Names that end in -narrow are below 1 MB, for tests. Needs torch, torchvision, timm, onnx and onnxscript. Batch norms stay, as
training needs them; NAME-folded is the first exporter's default, which folds them away.
"""
import inspect, sys, warnings
import torch, torchvision
from torch import nn

warnings.filterwarnings('ignore')


def settle(model, size):
    """Batch norms with statistics of something, tokens, positions and heads that are not zero, so that a mistake in them is seen."""
    torch.manual_seed(7)
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.weight.data.uniform_(0.6, 1.4)
            m.bias.data.uniform_(-0.2, 0.2)
        elif isinstance(m, (nn.LayerNorm, nn.Linear)) and m.bias is not None:
            m.bias.data.uniform_(-0.2, 0.2)
    for name, p in model.named_parameters():
        if 'token' in name or 'pos' in name or p.dim() > 1 and not p.any():
            p.data.normal_(0, 0.2)
    model.train()
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, 3, size, size))
    return model.eval()


class Plain(nn.Module):
    """Three convolutions and a perceptron, as in a tutorial."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(32, 48, 3, padding=1, stride=2), nn.BatchNorm2d(48), nn.ReLU())
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(48 * 4 * 4, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


def mobilenet_v3_narrow():
    from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3
    c = lambda *a: InvertedResidualConfig(*a, 1.0)
    return MobileNetV3([c(16, 3, 16, 16, True, 'RE', 2, 1), c(16, 3, 40, 24, False, 'RE', 2, 1), c(24, 5, 48, 24, True, 'HS', 1, 1)], 64, num_classes=10)


t = torchvision.models
MODELS = {
    'plain-narrow': (Plain, 32),
    'resnet18-narrow': (lambda: narrow_resnet(), 32),
    'mobilenet_v2-narrow': (lambda: t.mobilenet_v2(num_classes=10, width_mult=0.15), 64),
    'mobilenet_v3-narrow': (mobilenet_v3_narrow, 64),
    'squeezenet-narrow': (lambda: narrow_squeezenet(), 64),
    'densenet-narrow': (lambda: t.DenseNet(8, (2, 2), 16, num_classes=10), 64),
    'resnet18': (t.resnet18, 224), 'resnet50': (t.resnet50, 224), 'mobilenet_v2': (t.mobilenet_v2, 224),
    'mobilenet_v3_small': (t.mobilenet_v3_small, 224), 'efficientnet_b0': (t.efficientnet_b0, 224), 'squeezenet1_1': (t.squeezenet1_1, 224),
    'googlenet': (lambda: t.googlenet(init_weights=False, aux_logits=False), 224), 'densenet121': (t.densenet121, 224),
    'squeezenet1_0': (t.squeezenet1_0, 224),
    'convnext-narrow': (lambda: timm('convnext_atto', depths=(1, 1, 1, 1), dims=(8, 16, 24, 32), num_classes=10), 64),
    'convnext-linear-narrow': (lambda: timm('convnext_tiny', depths=(1, 1, 1, 1), dims=(8, 16, 24, 32), num_classes=10), 64),
    'mobilenetv4_conv_small': (lambda: timm('mobilenetv4_conv_small'), 224), 'convnext_atto': (lambda: timm('convnext_atto'), 224),
    'vit-narrow': (lambda: timm('vit_tiny_patch16_224', img_size=32, patch_size=8, embed_dim=24, depth=2, num_heads=3, num_classes=10), 32),
    'vit_torchvision-narrow': (lambda: t.VisionTransformer(32, 8, 2, 4, 32, 64, num_classes=10), 32),
    'deit-narrow': (lambda: deit(), 32),
    'vit_tiny': (lambda: timm('vit_tiny_patch16_224'), 224),
}


def timm(name, **options):
    import timm as library
    return library.create_model(name, pretrained=False, **options)


def deit():
    """As the transformers library has it: queries, keys and values by layers of their own, the mean of two tokens' answers left out."""
    from transformers import DeiTConfig, DeiTForImageClassification
    net = DeiTForImageClassification(DeiTConfig(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, image_size=32, patch_size=8, num_labels=10))

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            return self.net(x).logits
    return Logits()


def narrow_resnet():
    class Block(t.resnet.BasicBlock):
        pass
    net = t.ResNet(Block, [1, 1, 1, 1], num_classes=10)
    planes = [8, 16, 24, 32]
    net.inplanes = 8
    net.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
    net.bn1 = nn.BatchNorm2d(8)
    net.layer1 = net._make_layer(Block, 8, 2)
    net.layer2 = net._make_layer(Block, 16, 2, stride=2)
    net.layer3 = net._make_layer(Block, 24, 2, stride=2)
    net.layer4 = net._make_layer(Block, 32, 2, stride=2)
    net.fc = nn.Linear(32, 10)
    return net


def narrow_squeezenet():
    F = t.squeezenet.Fire
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=False), F(16, 8, 16, 16), F(32, 8, 16, 16), nn.MaxPool2d(3, 2),
                         F(32, 12, 24, 24), nn.Dropout(), nn.Conv2d(48, 10, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def main():
    folder, names = sys.argv[1], sys.argv[2:] or list(MODELS)
    for name in names:
        make, size = MODELS[name]
        torch.manual_seed(1)
        model = settle(make(), size)
        x = torch.rand(1, 3, size, size)
        common = dict(input_names=['input'], output_names=['logits'])
        torch.onnx.export(model, (x,), f'{folder}/{name}.onnx', dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE, opset_version=17,
                          dynamic_axes={'input': {0: 'batch'}, 'logits': {0: 'batch'}}, **common)
        torch.onnx.export(model, (x,), f'{folder}/{name}-folded.onnx', dynamo=False, opset_version=14 if name.startswith(('vit', 'deit')) else 13,
                          dynamic_axes={'input': {0: 'batch'}, 'logits': {0: 'batch'}}, **common)
        torch.onnx.export(model, (x,), f'{folder}/{name}.dynamo.onnx', dynamo=True, optimize=False, verbose=False, external_data=False, opset_version=18,
                          dynamic_shapes={list(inspect.signature(model.forward).parameters)[0]: {0: torch.export.Dim.AUTO}}, **common)
        print(name, 'done', flush=True)


main()
