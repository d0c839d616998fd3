package normsweep.savedmodel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import normsweep.backbone.BackboneForm;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.record.Records;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gate for model zips of unknown origin.
 *
 * <p>Nothing in the file is handed to Deeplearning4j's own readers, which instantiate classes that
 * the JSON names, run Java deserialisation and allocate whatever a header requests. Instead, the
 * network is rebuilt from the few numbers in {@value ModelZip#DESCRIPTION}; the configuration in
 * the file must be that network's to the last value, and the parameters must be exactly as many
 * floats as it has. A file can therefore choose only values.
 */
final class ModelZipGate {
  private static final long LARGEST_FILE = 1L << 28;
  private static final int LARGEST_JSON = 1 << 23;
  private static final int MOST_ENTRIES = 4;
  private static final int HIGHEST_RATIO = 200;
  private static final int MOST_HIDDEN_UNITS = 1 << 13;

  private static final List<String> ALLOWED =
      List.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN,
          ModelZip.DESCRIPTION);

  private final Path file;
  private final Function<BackboneForm, ComputationGraph> backbone;

  /**
   * A gate for one file.
   *
   * @param backbone creates a backbone of the only accepted architecture, in one of its forms
   */
  ModelZipGate(Path file, Function<BackboneForm, ComputationGraph> backbone) {
    this.file = file;
    this.backbone = backbone;
  }

  /** Reads the model, or explains in one sentence why this is impossible. */
  ModelZip read() {
    try {
      if (!Files.isRegularFile(file)) {
        throw NormSweepException.unavailable(
            file + " is not a file; give the path of a model.zip written by a sweep.");
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw refusal("is %d bytes long, more than any model", Files.size(file));
      }
      try (ZipFile zip = new ZipFile(file.toFile())) {
        checkEntries(zip);
        return read(zip);
      }
    } catch (FileSystemException e) {
      throw NormSweepException.unavailable(file + " cannot be read: " + Reason.of(e) + ".", e);
    } catch (IOException | IllegalArgumentException e) {
      // ZipFile reports names that are not UTF-8 as an IllegalArgumentException.
      throw refusal(e, "is not an intact zip file (%s)", String.valueOf(e.getMessage()));
    }
  }

  private void checkEntries(ZipFile zip) {
    if (zip.size() > MOST_ENTRIES) {
      throw refusal("holds %d entries, more than a model has", zip.size());
    }
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (name.toLowerCase(Locale.ROOT).endsWith(ModelSerializer.PREPROCESSOR_BIN)) {
        throw refusal(
            "holds a %s, a serialised Java object that could run code",
            ModelSerializer.PREPROCESSOR_BIN);
      }
      if (!ALLOWED.contains(name)) {
        throw refusal("holds an entry '%s' that no model has", name);
      }
      if (!names.add(name)) {
        throw refusal("holds %s twice", name);
      }
      if (entry.getSize() > HIGHEST_RATIO * Math.max(1, entry.getCompressedSize())) {
        throw refusal(
            "holds a %s that unpacks to more than %d times its size", name, HIGHEST_RATIO);
      }
    }
  }

  private ModelZip read(ZipFile zip) throws IOException {
    ModelDescription description = description(zip);
    ComputationGraph network;
    try {
      network = WholeNetwork.architecture(backbone.apply(form(description)), description.spec());
    } catch (NormSweepException | IllegalArgumentException e) {
      throw refusal(
          e, "describes a network that cannot be (unfreezeFrom '%s')", description.unfreezeFrom());
    }
    compareConfiguration(zip, network);
    readParameters(zip, network.params());
    return new ModelZip(network, description);
  }

  private BackboneForm form(ModelDescription description) {
    if (description.weights() == null || description.weights().form().isEmpty()) {
      return BackboneForm.KERAS;
    }
    return BackboneForm.parse(description.weights().form())
        .orElseThrow(() -> refusal("describes weights in an unknown form"));
  }

  private ModelDescription description(ZipFile zip) throws IOException {
    ModelDescription description =
        json(
            zip,
            ModelZip.DESCRIPTION,
            bytes -> Records.json().readValue(bytes, ModelDescription.class));
    if (description == null || description.schema() != ModelDescription.SCHEMA) {
      throw refusal(
          "holds a %s of schema %s, not %d",
          ModelZip.DESCRIPTION,
          description == null ? "null" : description.schema(),
          ModelDescription.SCHEMA);
    }
    if (description.norm() == null
        || description.placement() == null
        || description.unfreezeFrom() == null) {
      throw refusal("holds a %s without norm, placement or unfreezeFrom", ModelZip.DESCRIPTION);
    }
    if (description.hiddenUnits() < 1 || description.hiddenUnits() > MOST_HIDDEN_UNITS) {
      throw refusal(
          "describes a head of %d hidden units, not of 1 to %d",
          description.hiddenUnits(), MOST_HIDDEN_UNITS);
    }
    if (!(description.dropout() >= 0 && description.dropout() < 1)) {
      throw refusal("describes a dropout of %s, not of 0 to below 1", description.dropout());
    }
    return description;
  }

  private void compareConfiguration(ZipFile zip, ComputationGraph network) throws IOException {
    JsonNode found = json(zip, ModelSerializer.CONFIGURATION_JSON, Records.json()::readTree);
    JsonNode expected = Records.json().readTree(network.getConfiguration().toJson());
    if (!expected.equals(found)) {
      String at = difference("", expected, found);
      throw refusal(
          "holds a %s that is not the described network's: it differs at %s",
          ModelSerializer.CONFIGURATION_JSON, at.isEmpty() ? "its top" : at);
    }
  }

  /** JSON pointer of the first difference. */
  private static String difference(String at, JsonNode expected, JsonNode found) {
    if (found == null || expected.getNodeType() != found.getNodeType()) {
      return at;
    }
    if (expected.isObject()) {
      for (Iterator<String> names = expected.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!expected.get(name).equals(found.get(name))) {
          return difference(at + "/" + name, expected.get(name), found.get(name));
        }
      }
    }
    if (expected.isArray() && expected.size() == found.size()) {
      for (int i = 0; i < expected.size(); i++) {
        if (!expected.get(i).equals(found.get(i))) {
          return difference(at + "/" + i, expected.get(i), found.get(i));
        }
      }
    }
    return at;
  }

  private void readParameters(ZipFile zip, INDArray parameters) throws IOException {
    byte[] header = header(parameters);
    long expected = header.length + parameters.length() * Float.BYTES;
    byte[] bytes = bytes(zip, ModelSerializer.COEFFICIENTS_BIN, Math.toIntExact(expected));
    if (bytes.length != expected
        || !Arrays.equals(header, 0, header.length, bytes, 0, header.length)) {
      throw refusal(
          "holds a %s of %d bytes that are not the described network's %d parameters",
          ModelSerializer.COEFFICIENTS_BIN, bytes.length, parameters.length());
    }
    // Big-endian, as DataOutput writes them.
    float[] values = new float[Math.toIntExact(parameters.length())];
    ByteBuffer.wrap(bytes, header.length, bytes.length - header.length).asFloatBuffer().get(values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw refusal("holds parameters that are not finite");
      }
    }
    parameters.assign(Nd4j.createFromArray(values).reshape(parameters.shape()));
  }

  /** What Deeplearning4j writes in front of the floats of an array of this shape. */
  private static byte[] header(INDArray parameters) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Nd4j.write(parameters, new DataOutputStream(bytes));
    return Arrays.copyOf(
        bytes.toByteArray(), Math.toIntExact(bytes.size() - parameters.length() * Float.BYTES));
  }

  private interface Parser<T> {
    T parse(byte[] json) throws IOException;
  }

  private <T> T json(ZipFile zip, String name, Parser<T> parser) throws IOException {
    byte[] json = bytes(zip, name, LARGEST_JSON);
    try {
      return parser.parse(json);
    } catch (JsonProcessingException e) {
      throw refusal(e, "holds a %s that is malformed (%s)", name, e.getOriginalMessage());
    }
  }

  /**
   * An entry's bytes; reading stops at the limit, whatever the zip says. {@link ZipFile} leaves the
   * checksum to its caller.
   */
  private byte[] bytes(ZipFile zip, String name, int limit) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw refusal("holds no %s", name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw refusal("holds a %s of more than %d bytes", name, limit);
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes);
      if (checksum.getValue() != entry.getCrc()) {
        throw refusal("holds a %s that does not match its checksum", name);
      }
      return bytes;
    }
  }

  private NormSweepException refusal(String format, Object... arguments) {
    return refusal((Throwable) null, format, arguments);
  }

  /** A refusal; the texts among the arguments may come from the file and hold anything. */
  private NormSweepException refusal(Throwable cause, String format, Object... arguments) {
    Object[] safe =
        Arrays.stream(arguments)
            .map(argument -> argument instanceof String text ? MessageText.of(text) : argument)
            .toArray();
    String what = String.format(Locale.ROOT, format, safe);
    return NormSweepException.unavailable(
        file + " " + what + "; give a model.zip written by a sweep.", cause);
  }
}
