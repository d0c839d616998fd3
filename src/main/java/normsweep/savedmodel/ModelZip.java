package normsweep.savedmodel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import normsweep.backbone.MobileNetV2;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A saved model: the zip of Deeplearning4j's {@code ModelSerializer} for a {@link WholeNetwork},
 * with one more entry, {@value #DESCRIPTION} ({@link ModelDescription}). Stock Deeplearning4j
 * restores it; a filter response norm's class must be on the class path.
 *
 * @param network the whole network
 * @param description what it is
 */
public record ModelZip(ComputationGraph network, ModelDescription description) {
  /** Name of the entry that describes the model. */
  public static final String DESCRIPTION = "normsweep.json";

  /** Start of 1980 in the zip's own time: equal models are equal files. */
  private static final long TIME_OF_ENTRIES = 315_619_200_000L;

  /** Writes a model atomically, without optimiser state. */
  public void write(Path file) throws IOException {
    ByteArrayOutputStream stock = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, stock, false);
    byte[] json = Records.json().writeValueAsBytes(description);
    AtomicFiles.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          InputStream bytes = new ByteArrayInputStream(stock.toByteArray());
          try (ZipInputStream entries = new ZipInputStream(bytes)) {
            for (ZipEntry e = entries.getNextEntry(); e != null; e = entries.getNextEntry()) {
              add(zip, e.getName(), entries);
            }
          }
          add(zip, DESCRIPTION, new ByteArrayInputStream(json));
          zip.finish();
        });
  }

  private static void add(ZipOutputStream zip, String name, InputStream content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(TIME_OF_ENTRIES);
    zip.putNextEntry(entry);
    content.transferTo(zip);
    zip.closeEntry();
  }

  /**
   * Reads a model from an untrusted file.
   *
   * @throws NormSweepException exit code 3, with what is wrong, if the file is not a model that
   *     this program wrote; in that case nothing in it has been run or allocated
   */
  public static ModelZip read(Path file) {
    return new ModelZipGate(file, form -> MobileNetV2.untrained(0, form)).read();
  }
}
