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
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
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
 * {@link #loadFromMetaData}; the latter is safe for use by many threads.
 */
public final class CifarRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final ArrayList<URI> files = new ArrayList<>();
  private final ArrayList<Integer> records = new ArrayList<>();
  private Configuration configuration = new Configuration();
  private int nextRecord;
  private transient URI opened;
  // No channel: an interrupt of one reading thread would close it for all.
  private transient RandomAccessFile open;

  /**
   * {@inheritDoc}
   *
   * @throws NormSweepException unavailable, naming the file, if one is not a whole number of
   *     records
   */
  @Override
  public void initialize(InputSplit split) throws IOException {
    inputSplit = split;
    close();
    files.clear();
    records.clear();
    for (URI location : split.locations()) {
      Path file = Path.of(location);
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % CifarLayout.RECORD_BYTES != 0) {
        throw NormSweepException.unavailable(
            file
                + " has "
                + bytes
                + " bytes, which is no multiple of the "
                + CifarLayout.RECORD_BYTES
                + " of a CIFAR-10 record; get a good copy");
      }
      files.add(location);
      records.add(Math.toIntExact(bytes / CifarLayout.RECORD_BYTES));
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
    return records.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Where a record is.
   *
   * @param record its number, counted from 0 over all files
   * @throws IndexOutOfBoundsException if there is no such record
   */
  public RecordMetaData origin(int record) {
    int inFile = Objects.checkIndex(record, size());
    int file = 0;
    while (inFile >= records.get(file)) {
      inFile -= records.get(file);
      file++;
    }
    return new RecordMetaDataIndex(inFile, files.get(file), CifarRecordReader.class);
  }

  @Override
  public boolean hasNext() {
    return nextRecord < size();
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

  /**
   * Reads one record from a stream.
   *
   * @throws NormSweepException unavailable, naming {@code uri}, if the stream ends within the
   *     record or the label is none
   */
  @Override
  public List<Writable> record(URI uri, DataInputStream in) throws IOException {
    return record(uri, bytes(uri, in));
  }

  /**
   * Reads one record, whatever was read before.
   *
   * @throws NormSweepException unavailable, naming the file, if it ends within the record or the
   *     label is none
   */
  @Override
  public Record loadFromMetaData(RecordMetaData origin) throws IOException {
    if (!(origin instanceof RecordMetaDataIndex index)) {
      throw new IllegalArgumentException("not metadata of this reader: " + origin);
    }
    List<Writable> record = record(origin.getURI(), bytes(index));
    invokeListeners(record);
    return new org.datavec.api.records.impl.Record(record, origin);
  }

  private synchronized byte[] bytes(RecordMetaDataIndex index) throws IOException {
    if (!index.getURI().equals(opened)) {
      close();
      open = new RandomAccessFile(new File(index.getURI()), "r");
      opened = index.getURI();
    }
    open.seek(index.getIndex() * CifarLayout.RECORD_BYTES);
    return bytes(opened, open);
  }

  private static byte[] bytes(URI uri, DataInput in) throws IOException {
    byte[] bytes = new byte[CifarLayout.RECORD_BYTES];
    try {
      in.readFully(bytes);
      return bytes;
    } catch (EOFException e) {
      throw NormSweepException.unavailable(uri + " ends within a record; get a good copy", e);
    }
  }

  private static List<Writable> record(URI uri, byte[] bytes) {
    int label = Byte.toUnsignedInt(bytes[0]);
    if (label >= Cifar10.CLASSES) {
      throw NormSweepException.unavailable(
          uri + " holds label " + label + ", CIFAR-10 has 0 to 9; get a good copy");
    }
    byte[] planes = Arrays.copyOfRange(bytes, 1, bytes.length);
    List<Writable> record = new ArrayList<>(2);
    record.add(new ImageWritable(Frames.ofPlanes(planes)));
    record.add(new IntWritable(label));
    return record;
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

  /** Lets go of the file; what is read after that opens it again. */
  @Override
  public synchronized void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
      opened = null;
    }
  }
}
