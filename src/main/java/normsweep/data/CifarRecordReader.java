package normsweep.data;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import normsweep.base.NormSweepException;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;
import org.datavec.image.data.ImageWritable;

/**
 * A DataVec reader of files in CIFAR-10's official binary layout: records of one label byte and
 * 3,072 pixel bytes. Each record becomes an {@link ImageWritable}, 32×32, as DataVec's image
 * transforms take it, and a label {@link IntWritable}, 0 to 9. The split may name any number of
 * files, each of a whole number of records.
 *
 * <p>Records come one after the other by {@link #next}, or in any order by {@link #origin} and
 * {@link #loadFromMetaData}; the latter is safe for use by many threads. Files of another size,
 * files that end within a record and invalid labels are refused as unavailable, with the file
 * named.
 */
public final class CifarRecordReader extends IndexedRecordReader {
  private static final long serialVersionUID = 1L;

  private transient URI opened;
  // No channel: an interrupt of one reading thread would close it for all.
  private transient RandomAccessFile open;

  @Override
  public void initialize(InputSplit split) throws IOException {
    inputSplit = split;
    close();
    List<RecordMetaData> origins = new ArrayList<>();
    for (URI location : split.locations()) {
      Path file = Path.of(location);
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % CifarLayout.RECORD_BYTES != 0) {
        throw NormSweepException.unavailable(
            String.format(
                Locale.ROOT,
                "%s has %s bytes, which is no multiple of the %s of a CIFAR-10 record; get a good copy",
                file,
                bytes,
                CifarLayout.RECORD_BYTES));
      }
      for (long i = 0; i < bytes / CifarLayout.RECORD_BYTES; i++) {
        origins.add(new RecordMetaDataIndex(i, location, CifarRecordReader.class));
      }
    }
    found(origins);
  }

  @Override
  public List<Writable> record(URI uri, DataInputStream in) throws IOException {
    return read(uri, in);
  }

  @Override
  protected synchronized List<Writable> read(RecordMetaData origin) throws IOException {
    RecordMetaDataIndex index = (RecordMetaDataIndex) origin;
    if (!index.getURI().equals(opened)) {
      close();
      open = new RandomAccessFile(new File(index.getURI()), "r");
      opened = index.getURI();
    }
    open.seek(index.getIndex() * CifarLayout.RECORD_BYTES);
    return read(opened, open);
  }

  private static List<Writable> read(URI uri, DataInput in) throws IOException {
    int label;
    byte[] planes = new byte[CifarLayout.IMAGE_BYTES];
    try {
      label = in.readUnsignedByte();
      in.readFully(planes);
    } catch (EOFException e) {
      throw NormSweepException.unavailable(uri + " ends within a record; get a good copy", e);
    }
    if (label >= Cifar10.CLASSES) {
      throw NormSweepException.unavailable(
          uri + " holds label " + label + ", CIFAR-10 has 0 to 9; get a good copy");
    }
    return new ArrayList<>(
        List.of(new ImageWritable(Frames.ofPlanes(planes)), new IntWritable(label)));
  }

  @Override
  public List<String> getLabels() {
    return Cifar10.CLASS_NAMES;
  }

  /** Closes the file; a later read opens it again. */
  @Override
  public synchronized void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
      opened = null;
    }
  }
}
