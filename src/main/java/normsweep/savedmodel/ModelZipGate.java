package normsweep.savedmodel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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
  private final Supplier<ComputationGraph> backbone;

  /**
   * A gate for one file.
   *
   * @param backbone creates a backbone of the only accepted architecture
   */
  ModelZipGate(Path file, Supplier<ComputationGraph> backbone) {
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
        throw refusal(
            String.format(Locale.ROOT, "is %d bytes long, more than any model", Files.size(file)));
      }
      try (ZipFile zip = new ZipFile(file.toFile())) {
        return read(zip, entries(zip));
      }
    } catch (FileSystemException e) {
      throw NormSweepException.unavailable(file + " cannot be read: " + Reason.of(e) + ".", e);
    } catch (IOException | IllegalArgumentException e) {
      // ZipFile reports names that are not UTF-8 as an IllegalArgumentException.
      throw refusal(
          "is not an intact zip file (" + MessageText.of(String.valueOf(e.getMessage())) + ")", e);
    }
  }

  private Map<String, ZipEntry> entries(ZipFile zip) {
    if (zip.size() > MOST_ENTRIES) {
      throw refusal(
          String.format(Locale.ROOT, "holds %d entries, more than a model has", zip.size()));
    }
    Map<String, ZipEntry> entries = new HashMap<>();
    zip.stream()
        .forEach(
            entry -> {
              String name = entry.getName();
              if (name.toLowerCase(Locale.ROOT).endsWith(ModelSerializer.PREPROCESSOR_BIN)) {
                throw refusal(
                    "holds a "
                        + ModelSerializer.PREPROCESSOR_BIN
                        + ", a serialised Java object that could run code");
              }
              if (!ALLOWED.contains(name)) {
                throw refusal("holds an entry '" + MessageText.of(name) + "' that no model has");
              }
              if (entries.put(name, entry) != null) {
                throw refusal("holds " + name + " twice");
              }
              if (entry.getSize() > HIGHEST_RATIO * Math.max(1, entry.getCompressedSize())) {
                throw refusal(
                    "holds a "
                        + name
                        + " that unpacks to more than "
                        + HIGHEST_RATIO
                        + " times its size");
              }
            });
    return entries;
  }

  private ModelZip read(ZipFile zip, Map<String, ZipEntry> entries) throws IOException {
    ModelDescription description = description(zip, entries);
    ComputationGraph network;
    try {
      network = WholeNetwork.architecture(backbone.get(), description.spec());
    } catch (NormSweepException | IllegalArgumentException e) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "describes a network that cannot be (unfreezeFrom '%s')",
              MessageText.of(description.unfreezeFrom())),
          e);
    }
    compareConfiguration(zip, entries, network);
    readParameters(zip, entries, network);
    return new ModelZip(network, description);
  }

  private ModelDescription description(ZipFile zip, Map<String, ZipEntry> entries)
      throws IOException {
    byte[] json = bytes(zip, entries, ModelZip.DESCRIPTION, LARGEST_JSON);
    ModelDescription description;
    try {
      description = Records.json().readValue(json, ModelDescription.class);
    } catch (JsonProcessingException e) {
      throw refusal(
          "holds a "
              + ModelZip.DESCRIPTION
              + " that is malformed ("
              + MessageText.of(e.getOriginalMessage())
              + ")",
          e);
    }
    if (description == null || description.schema() != ModelDescription.SCHEMA) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "holds a %s of schema %s, not %d",
              ModelZip.DESCRIPTION,
              description == null ? "null" : description.schema(),
              ModelDescription.SCHEMA));
    }
    if (description.norm() == null
        || description.placement() == null
        || description.unfreezeFrom() == null) {
      throw refusal("holds a " + ModelZip.DESCRIPTION + " without norm, placement or unfreezeFrom");
    }
    if (description.hiddenUnits() < 1 || description.hiddenUnits() > MOST_HIDDEN_UNITS) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "describes a head of %d hidden units, not of 1 to %d",
              description.hiddenUnits(),
              MOST_HIDDEN_UNITS));
    }
    if (!(description.dropout() >= 0 && description.dropout() < 1)) {
      throw refusal("describes a dropout of " + description.dropout() + ", not of 0 to below 1");
    }
    return description;
  }

  private void compareConfiguration(
      ZipFile zip, Map<String, ZipEntry> entries, ComputationGraph network) throws IOException {
    byte[] json = bytes(zip, entries, ModelSerializer.CONFIGURATION_JSON, LARGEST_JSON);
    JsonNode found;
    try {
      found = Records.json().readTree(json);
    } catch (JsonProcessingException e) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "holds a %s that is malformed (%s)",
              ModelSerializer.CONFIGURATION_JSON,
              MessageText.of(e.getOriginalMessage())),
          e);
    }
    JsonNode expected = Records.json().readTree(network.getConfiguration().toJson());
    if (!expected.equals(found)) {
      String at = difference("", expected, found);
      throw refusal(
          String.format(
              Locale.ROOT,
              "holds a %s that is not the described network's: it differs at %s",
              ModelSerializer.CONFIGURATION_JSON,
              at.isEmpty() ? "its top" : MessageText.of(at)));
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

  private void readParameters(ZipFile zip, Map<String, ZipEntry> entries, ComputationGraph network)
      throws IOException {
    INDArray parameters = network.params();
    byte[] header = header(parameters);
    long expected = header.length + parameters.length() * Float.BYTES;
    byte[] bytes = bytes(zip, entries, ModelSerializer.COEFFICIENTS_BIN, Math.toIntExact(expected));
    if (bytes.length != expected || !Arrays.equals(header, Arrays.copyOf(bytes, header.length))) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "holds a %s of %d bytes that are not the described network's %d parameters",
              ModelSerializer.COEFFICIENTS_BIN,
              bytes.length,
              parameters.length()));
    }
    // Big-endian, as DataOutput writes them.
    FloatBuffer values =
        ByteBuffer.wrap(bytes, header.length, bytes.length - header.length).asFloatBuffer();
    float[] floats = new float[values.remaining()];
    values.get(floats);
    for (float value : floats) {
      if (!Float.isFinite(value)) {
        throw refusal("holds parameters that are not finite");
      }
    }
    parameters.assign(Nd4j.createFromArray(floats).reshape(parameters.shape()));
  }

  /** What Deeplearning4j writes in front of the floats of an array of this shape. */
  private static byte[] header(INDArray parameters) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Nd4j.write(parameters, new DataOutputStream(bytes));
    return Arrays.copyOf(
        bytes.toByteArray(), Math.toIntExact(bytes.size() - parameters.length() * Float.BYTES));
  }

  /**
   * An entry's bytes; reading stops at the limit, whatever the zip says. {@link ZipFile} leaves the
   * checksum to its caller.
   */
  private byte[] bytes(ZipFile zip, Map<String, ZipEntry> entries, String name, int limit)
      throws IOException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw refusal("holds no " + name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw refusal(String.format(Locale.ROOT, "holds a %s of more than %d bytes", name, limit));
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes);
      if (checksum.getValue() != entry.getCrc()) {
        throw refusal("holds a " + name + " that does not match its checksum");
      }
      return bytes;
    }
  }

  private NormSweepException refusal(String what) {
    return refusal(what, null);
  }

  private NormSweepException refusal(String what, Throwable cause) {
    return NormSweepException.unavailable(
        file + " " + what + "; give a model.zip written by a sweep.", cause);
  }
}
