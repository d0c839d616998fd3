package normsweep.data;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import normsweep.base.NormSweepException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
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
public final class CifarRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final ArrayList<RecordMetaData> origins = new ArrayList<>();
  private Configuration configuration = new Configuration();
  private int nextRecord;
  private transient URI opened;
  // No channel: an interrupt of one reading thread would close it for all.
  private transient RandomAccessFile open;

  @Override
  public void initialize(InputSplit split) throws IOException {
    inputSplit = split;
    close();
    origins.clear();
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
    reset();
  }

  @Override
  public void initialize(Configuration conf, InputSplit split) throws IOException {
    setConf(conf);
    initialize(split);
  }

  /** Number of records in all files. */
  public int size() {
    return origins.size();
  }

  /**
   * Where a record is.
   *
   * @param record its number, counted from 0 over all files
   * @throws IndexOutOfBoundsException if there is no such record
   */
  public RecordMetaData origin(int record) {
    return origins.get(record);
  }

  @Override
  public boolean hasNext() {
    return nextRecord < origins.size();
  }

  @Override
  public List<Writable> next() {
    return nextRecord().getRecord();
  }

  @Override
  public Record nextRecord() {
    if (!hasNext()) {
      throw new NoSuchElementException("no records left; reset() starts over");
    }
    try {
      return loadFromMetaData(origin(nextRecord++));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Writable> record(URI uri, DataInputStream in) throws IOException {
    return read(uri, in);
  }

  @Override
  public Record loadFromMetaData(RecordMetaData origin) throws IOException {
    List<Writable> record = read((RecordMetaDataIndex) origin);
    invokeListeners(record);
    return new org.datavec.api.records.impl.Record(record, origin);
  }

  private synchronized List<Writable> read(RecordMetaDataIndex index) throws IOException {
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
  public List<Record> loadFromMetaData(List<RecordMetaData> origins) throws IOException {
    List<Record> records = new ArrayList<>(origins.size());
    for (RecordMetaData origin : origins) {
      records.add(loadFromMetaData(origin));
    }
    return records;
  }

  @Override
  public List<String> getLabels() {
    return Cifar10.CLASS_NAMES;
  }

  @Override
  public void reset() {
    nextRecord = 0;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public void setConf(Configuration conf) {
    configuration = conf;
  }

  @Override
  public Configuration getConf() {
    return configuration;
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
