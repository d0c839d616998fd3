package normsweep.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.backbone.BackboneLayer.LayerKind;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;

/** What a weights file is, for the command that shows it and converts it. */
public final class WeightsInspection {
  private final Weights weights;
  private final WeightsFile file;
  private final WeightTensors tensors;

  private WeightsInspection(Weights weights, WeightsFile file) {
    this.weights = weights;
    this.file = file;
    this.tensors = file.tensors();
  }

  /**
   * Reads and checks a file.
   *
   * @throws NormSweepException if it holds no MobileNetV2 (exit code 3)
   */
  public static WeightsInspection of(Path file) {
    Weights weights = WeightsSources.acquire(Optional.of(file), file);
    return new WeightsInspection(weights, WeightsFile.open(file, Origin.given(file)));
  }

  /** One row per fact, then one row per convolution. */
  public String table() {
    BackboneForm form = tensors.form();
    MobileNetV2Layers layers = MobileNetV2Layers.of(form);
    long folded =
        layers.all().stream()
            .filter(layer -> layer.kind() == LayerKind.BATCH_NORM && folded(layer))
            .filter(layer -> !layer.name().equals(MobileNetV2Layers.INPUT_SCALING))
            .count();
    long norms =
        layers.all().stream()
            .filter(layer -> layer.kind() == LayerKind.BATCH_NORM)
            .filter(layer -> !layer.name().equals(MobileNetV2Layers.INPUT_SCALING))
            .count();
    StringBuilder text = new StringBuilder();
    line(text, "weights", weights.file().toString());
    line(text, "SHA-256", weights.sha256());
    line(text, "format", file.format());
    line(text, "pretrained on", weights.pretrainedOn());
    line(text, "source", weights.source());
    line(text, "images", "224×224 RGB, scaled " + form.scaling());
    line(text, "padding", "zeros " + form.padding() + " of strided convolutions");
    line(
        text,
        "batch norm",
        String.format(
            Locale.ROOT,
            "ε %s; %d of %d folded into the convolution before",
            BackboneForm.number(form.epsilon()),
            folded,
            norms));
    line(
        text,
        "values",
        String.format(
            Locale.ROOT, "%,d", tensors.shapes().stream().mapToLong(TensorShape::size).sum()));
    line(text, "check", "every layer, shape and value fits MobileNetV2 (width 1.0)");
    text.append(
        String.format(
            Locale.ROOT, "%n%-24s %-16s %6s %9s%n", "convolution", "kernel", "stride", "values"));
    for (BackboneLayer layer : layers.all()) {
      if (layer.kind() == LayerKind.CONVOLUTION
          || layer.kind() == LayerKind.DEPTHWISE_CONVOLUTION) {
        TensorShape kernel = layer.tensors().get(0);
        text.append(
            String.format(
                Locale.ROOT,
                "%-24s %-16s %6d %,9d%n",
                layer.name(),
                kernel.text(),
                layer.stride(),
                kernel.size()));
      }
    }
    return text.toString();
  }

  private boolean folded(BackboneLayer norm) {
    float[] gamma = tensors.values(norm.tensors().get(0));
    float[] mean = tensors.values(norm.tensors().get(2));
    float[] variance = tensors.values(norm.tensors().get(3));
    float folded = (float) (1 - tensors.form().epsilon());
    for (int c = 0; c < gamma.length; c++) {
      if (gamma[c] != 1 || mean[c] != 0 || variance[c] != folded) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the weights in the layout of Keras Applications, with a record of their source beside
   * them.
   *
   * @return what the user should know about the new file
   * @throws NormSweepException exit code 2 if the target exists already or is not named as HDF5,
   *     exit code 1 if it cannot be written
   */
  public String convert(Path target) {
    if (!target.toString().toLowerCase(Locale.ROOT).matches(".*\\.(h5|hdf5)")) {
      throw NormSweepException.usage(
          "--to is " + target + "; the name of an HDF5 file ends in .h5 or .hdf5.");
    }
    for (Path made : List.of(target, WeightsRecord.beside(target))) {
      if (Files.exists(made)) {
        throw NormSweepException.usage(
            "--to would write " + made + ", which exists; give another name or delete it.");
      }
    }
    try {
      KerasWeightsFile.write(tensors, target);
      String sha256 = WeightsFile.open(target, Origin.given(target)).sha256();
      new WeightsRecord(
              "converted from " + weights.file() + " (SHA-256 " + weights.sha256() + ")",
              sha256,
              weights.pretrainedOn())
          .writeBeside(target);
    } catch (IOException e) {
      throw NormSweepException.unwritable(target.toString(), e);
    }
    String written = "Wrote " + target + " and its record " + WeightsRecord.beside(target) + ".";
    return tensors.form().equals(BackboneForm.KERAS)
        ? written
        : written
            + System.lineSeparator()
            + "Its network does not compute as Keras Applications do ("
            + tensors.form().description()
            + "): this program reads that from the file, Keras does not.";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-14s %s%n", name, MessageText.of(value)));
  }
}
