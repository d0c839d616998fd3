package normsweep.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import normsweep.base.AtomicFiles;
import normsweep.base.Hashes;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The complete state of a trial after an epoch, independent of how the tail is computed ({@link
 * TailState}), so that a trial started with fused layers can resume with stock ones. Files are
 * {@code epoch-NNNN.ckpt}, or {@code epoch-NNNN.step-NNNNNN.ckpt} within the next epoch: magic, a
 * JSON header, the float arrays, and a SHA-256 of all of it; they are written to a temporary name,
 * synced and renamed, and the previous one is kept until the next is complete.
 *
 * @param state everything but the arrays
 * @param parameters the tail's parameters in canonical order
 * @param updater the optimiser's state in canonical order
 * @param best the parameters of the best epoch in canonical order
 */
public record Checkpoint(State state, float[] parameters, float[] updater, float[] best) {
  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);

  private static final byte[] MAGIC = "NSCKPT02".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST_BYTES = 32;
  private static final int KEPT = 2;

  /**
   * The state of a trial besides its arrays.
   *
   * @param configSha256 digest of everything that the trial depends on
   * @param layout names and shapes of the parameters, in the order of the arrays
   * @param epoch complete epochs
   * @param iteration steps taken
   * @param bestEpoch epoch with the lowest validation loss so far
   * @param clippedIterations steps in which clipping changed the gradient
   * @param gradientsBytes length of {@code gradients.csv} at this point
   * @param trainingSeconds time spent in training steps, excluding validation
   * @param within the place in the next epoch; null between epochs
   */
  public record State(
      String trial,
      String configSha256,
      List<String> layout,
      int epoch,
      int iteration,
      int bestEpoch,
      long clippedIterations,
      long gradientsBytes,
      List<EpochMetrics> metrics,
      double trainingSeconds,
      @JsonInclude(JsonInclude.Include.NON_NULL) Within within) {
    /** Copies the lists. */
    public State {
      Objects.requireNonNull(trial);
      layout = List.copyOf(layout);
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * A place within an epoch, where the user stopped the program.
   *
   * @param images images of the epoch that were trained on
   * @param right how many of them were predicted correctly
   * @param lossSum sum of their losses
   * @param seconds time spent in the epoch
   * @param randomRoot state of the random numbers, of which dropout takes more
   * @param randomNode its other part
   */
  public record Within(
      int images, long right, double lossSum, double seconds, long randomRoot, long randomNode) {}

  /** Writes this checkpoint to {@code folder} and deletes all but the newest {@value #KEPT}. */
  public void write(Path folder) throws IOException {
    String step =
        state.within == null ? "" : String.format(Locale.ROOT, ".step-%06d", state.iteration);
    String name = String.format(Locale.ROOT, "epoch-%04d%s.ckpt", state.epoch, step);
    AtomicFiles.write(folder.resolve(name), this::writeTo);
    for (Path old : newestFirst(folder).stream().skip(KEPT).toList()) {
      Files.deleteIfExists(old);
    }
  }

  /** The newest intact checkpoint of a trial and config; any other is logged and skipped. */
  public static Optional<Checkpoint> newest(Path folder, String trial, String configSha256)
      throws IOException {
    return newest(
        folder,
        checkpoint ->
            checkpoint.state.trial.equals(trial)
                && checkpoint.state.configSha256.equals(configSha256));
  }

  /** The newest intact checkpoint that fits; any other is logged and skipped. */
  static Optional<Checkpoint> newest(Path folder, Predicate<Checkpoint> fits) throws IOException {
    for (Path file : newestFirst(folder)) {
      try {
        Checkpoint checkpoint = read(file);
        if (fits.test(checkpoint)) {
          return Optional.of(checkpoint);
        }
        log.warn("{} belongs to another trial or config and is skipped", file);
      } catch (DataFormatException e) {
        log.warn("{} is damaged ({}) and is skipped", file, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static List<Path> newestFirst(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().matches("epoch-\\d{4,6}(\\.step-\\d{6,})?\\.ckpt"))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  private void writeTo(OutputStream out) throws IOException {
    MessageDigest digest = Hashes.digest("SHA-256");
    DataOutputStream data = new DataOutputStream(new DigestOutputStream(out, digest));
    data.write(MAGIC);
    byte[] header = Records.json().writeValueAsBytes(state);
    data.writeInt(header.length);
    data.write(header);
    for (float[] array : List.of(parameters, updater, best)) {
      data.writeInt(array.length);
      data.write(TailState.littleEndian(array));
    }
    data.flush();
    out.write(digest.digest());
  }

  /** Reads and verifies one file. */
  static Checkpoint read(Path file) throws IOException, DataFormatException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (OutOfMemoryError e) {
      throw new DataFormatException("it is larger than any checkpoint");
    }
    int end = bytes.length - DIGEST_BYTES;
    if (end < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DataFormatException("it is not a checkpoint");
    }
    MessageDigest digest = Hashes.digest("SHA-256");
    digest.update(bytes, 0, end);
    if (!Arrays.equals(digest.digest(), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw new DataFormatException("its checksum does not match");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length);
    byte[] header = new byte[length(in, 1)];
    in.get(header);
    try {
      State state = Records.json().readValue(header, State.class);
      if (state != null) {
        return new Checkpoint(state, floats(in), floats(in), floats(in));
      }
    } catch (JsonProcessingException e) {
      log.debug("Header of {}", file, e);
    }
    throw new DataFormatException("its header is malformed");
  }

  private static float[] floats(ByteBuffer in) throws DataFormatException {
    float[] array = new float[length(in, Float.BYTES)];
    in.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(array);
    in.position(in.position() + array.length * Float.BYTES);
    return array;
  }

  /** The number of elements that follow, which the rest of the file must be able to hold. */
  private static int length(ByteBuffer in, int elementBytes) throws DataFormatException {
    if (in.remaining() < Integer.BYTES) {
      throw new DataFormatException("it ends too early");
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining() / elementBytes) {
      throw new DataFormatException("it contains a part of length " + length);
    }
    return length;
  }
}
