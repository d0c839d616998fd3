package normsweep.backbone;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.message.DataLayout;
import java.io.IOException;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.Hashes;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;

/**
 * The gate for weight files in the Keras Applications layout (HDF5, one group per layer). It reads
 * a file in Java, so that the native HDF5 library never sees bytes that somebody else wrote, and
 * lets it pass only if every layer of the backbone is there, has the right shape and holds values
 * that trained weights can have. Layers that the backbone does not know, such as a classifier, are
 * left aside; so is what surrounds the weights in a whole saved model.
 *
 * @see <a href="https://keras.io/api/applications/mobilenet/">Keras Applications: MobileNet</a>
 */
public final class KerasWeightsFile implements WeightsFile {
  /** Reading takes each byte once, and the metadata a few times. */
  private static final int READ_BUDGET = 8;

  /** Names the writer's own build and platform, which would make equal files differ. */
  private static final String WRITER_ATTRIBUTE = "_jHDF";

  /** How the network computes, where that is not as in Keras. */
  private static final String FORM_ATTRIBUTE = "normsweep_form";

  private static final String SUFFIX = ":0";
  private static final String SAVED_MODEL_ROOT = "model_weights";
  private static final int MAX_DEPTH = 3;

  private final Origin origin;
  private final byte[] bytes;

  private KerasWeightsFile(Origin origin, byte[] bytes) {
    this.origin = origin;
    this.bytes = bytes;
  }

  /** A file whose bytes have been read already. */
  static KerasWeightsFile of(Origin origin, byte[] bytes) {
    Optional<String> fault = HdfEnvelope.fault(bytes);
    if (fault.isPresent()) {
      throw origin.refusal(fault.get(), null);
    }
    return new KerasWeightsFile(origin, bytes);
  }

  @Override
  public String sha256() {
    return HexFormat.of().formatHex(Hashes.digest("SHA-256").digest(bytes));
  }

  @Override
  public String format() {
    return "HDF5, layout of Keras Applications";
  }

  @Override
  public WeightTensors tensors() {
    Map<TensorShape, float[]> tensors = new LinkedHashMap<>();
    try (HdfFile hdf =
        new HdfFile(
            new BudgetedChannel(bytes, (long) READ_BUDGET * bytes.length),
            URI.create("memory:/weights.h5"))) {
      Group root = root(hdf);
      BackboneForm form = form(root);
      for (TensorShape shape : MobileNetV2Layers.of(form).tensors()) {
        tensors.put(shape, tensor(root, shape));
      }
      return new WeightTensors(form, tensors);
    } catch (NormSweepException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      // The reader meets damage in many ways: a wild length asks for more memory than there is, a
      // cycle overflows the stack, a flipped filter number asks for a codec that is not there.
      throw origin.refusal("is damaged (" + reason(e) + ")", e);
    }
  }

  /**
   * Writes tensors in the same layout, whole or not at all. Equal tensors give equal bytes.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(WeightTensors tensors, Path target) throws IOException {
    AtomicFiles.writeFile(target, temporary -> writeTo(temporary, tensors));
  }

  private static void writeTo(Path temporary, WeightTensors tensors) throws IOException {
    Files.deleteIfExists(temporary);
    Map<String, List<TensorShape>> layers =
        tensors.shapes().stream()
            .collect(groupingBy(TensorShape::layer, LinkedHashMap::new, toList()));
    try (WritableHdfFile hdf = HdfFile.write(temporary)) {
      hdf.removeAttribute(WRITER_ATTRIBUTE);
      hdf.putAttribute("backend", "tensorflow");
      hdf.putAttribute("keras_version", KerasConfiguration.KERAS_VERSION);
      if (!tensors.form().equals(BackboneForm.KERAS)) {
        hdf.putAttribute(FORM_ATTRIBUTE, tensors.form().text());
      }
      hdf.putAttribute("layer_names", layers.keySet().toArray(String[]::new));
      layers.forEach(
          (layer, shapes) -> {
            WritableGroup outer = hdf.putGroup(layer);
            outer.putAttribute(
                "weight_names",
                shapes.stream()
                    .map(shape -> layer + "/" + shape.parameter() + SUFFIX)
                    .toArray(String[]::new));
            WritableGroup inner = outer.putGroup(layer);
            for (TensorShape shape : shapes) {
              inner.putDataset(
                  shape.parameter() + SUFFIX, nested(tensors.values(shape), shape.toArray()));
            }
          });
    } catch (HdfException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The values as nested arrays, the only form from which the writer takes a shape. */
  static Object nested(float[] values, int[] dimensions) {
    Object array = Array.newInstance(float.class, dimensions);
    fill(array, values, 0);
    return array;
  }

  private static int fill(Object array, float[] values, int from) {
    if (array instanceof float[] row) {
      System.arraycopy(values, from, row, 0, row.length);
      return from + row.length;
    }
    int next = from;
    for (Object slice : (Object[]) array) {
      next = fill(slice, values, next);
    }
    return next;
  }

  private Group root(Group hdf) {
    Group root = child(hdf, SAVED_MODEL_ROOT) instanceof Group saved ? saved : hdf;
    List<Group> level = List.of(root);
    // A backbone nested in another model lies below its own name, which tells the size of its
    // images or is the user's choice.
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      List<Group> backbones = level.stream().filter(KerasWeightsFile::holdsLayers).toList();
      if (backbones.size() > 1) {
        throw refuse("holds %d models with these layers", backbones.size());
      }
      if (!backbones.isEmpty()) {
        return backbones.get(0);
      }
      level = level.stream().flatMap(KerasWeightsFile::groups).toList();
    }
    if (child(root, "layers") instanceof Group) {
      throw refuse(
          "is in the layout of Keras 3; save the weights in the older layout (legacy .h5) instead");
    }
    return root;
  }

  /** What a file that was converted from ONNX says of itself; Keras' own files say nothing. */
  private BackboneForm form(Group root) {
    Attribute form = root.getAttribute(FORM_ATTRIBUTE);
    return form == null
        ? BackboneForm.KERAS
        : BackboneForm.parse(String.valueOf(form.getData()))
            .orElseThrow(() -> refuse("has an unknown value in attribute %s", FORM_ATTRIBUTE));
  }

  private static boolean holdsLayers(Group group) {
    return MobileNetV2Layers.keras().tensors().stream()
        .anyMatch(shape -> child(group, shape.layer()) instanceof Group);
  }

  private static Stream<Group> groups(Group group) {
    return group.getChildren().keySet().stream()
        .map(name -> child(group, name))
        .filter(Group.class::isInstance)
        .map(Group.class::cast);
  }

  /** Keras 3 leaves the suffix out and calls the kernel of every convolution by one name. */
  private static Dataset find(Group layer, TensorShape shape) {
    String parameter = shape.parameter();
    return first(
        Stream.of(parameter + SUFFIX, parameter, parameter.replaceFirst("^depthwise_", ""))
            .map(name -> find(layer, name, MAX_DEPTH)));
  }

  private float[] tensor(Group root, TensorShape shape) {
    String name = shape.layer();
    String parameter = shape.parameter();
    if (!(child(root, name) instanceof Group layer)) {
      throw refuse("lacks the layer %s", name);
    }
    Dataset dataset = find(layer, shape);
    if (dataset == null) {
      throw refuse("lacks the %s of layer %s", parameter, name);
    }
    if (!Arrays.equals(dataset.getDimensions(), shape.toArray())) {
      throw refuse(
          "has a %s of shape %s in layer %s where MobileNetV2 has %s",
          parameter, TensorShape.text(dataset.getDimensions()), name, shape.text());
    }
    if (!(dataset.getDataType() instanceof FloatingPoint)) {
      throw refuse("has no floating-point numbers in layer %s", name);
    }
    if (dataset.getDataLayout() == DataLayout.CHUNKED) {
      // Keras writes none; chunks can be compressed, and so a small file be endless.
      throw refuse("keeps layer %s in chunks (h5repack -l CONTI rewrites it)", name);
    }
    float[] values = floats(dataset.getDataFlat());
    if (values.length != shape.size()) {
      throw refuse("is damaged: layer %s is incomplete", name);
    }
    Optional<String> fault = shape.fault(values);
    if (fault.isPresent()) {
      throw refuse("%s", fault.get());
    }
    return values;
  }

  /** A child that is really in the file: links may point anywhere, other files included. */
  private static Node child(Group group, String name) {
    Node node = group.getChildren().get(name);
    return node == null || node.isLink() ? null : node;
  }

  private static Dataset find(Group group, String name, int depth) {
    if (child(group, name) instanceof Dataset dataset) {
      return dataset;
    }
    return depth == 0 ? null : first(groups(group).map(inner -> find(inner, name, depth - 1)));
  }

  private static Dataset first(Stream<Dataset> found) {
    return found.filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static float[] floats(Object flat) {
    if (flat instanceof float[] floats) {
      return floats;
    }
    if (flat instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < doubles.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    return new float[0];
  }

  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return MessageText.of(text.lines().findFirst().orElse(""));
  }

  private NormSweepException refuse(String fault, Object... values) {
    return origin.refusal(String.format(Locale.ROOT, fault, values), null);
  }
}
