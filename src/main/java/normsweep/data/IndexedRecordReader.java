package normsweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Writable;

/**
 * A DataVec reader of records that are found by number: one after the other by {@link #next}, or in
 * any order by {@link #origin} and {@link #loadFromMetaData}.
 */
public abstract class IndexedRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final ArrayList<RecordMetaData> origins = new ArrayList<>();
  private Configuration configuration = new Configuration();
  private int nextRecord;

  /** Sets where the records are. */
  protected final void found(List<RecordMetaData> records) {
    origins.clear();
    origins.addAll(records);
    reset();
  }

  /** Reads a record. */
  protected abstract List<Writable> read(RecordMetaData origin) throws IOException;

  @Override
  public void initialize(Configuration conf, InputSplit split)
      throws IOException, InterruptedException {
    setConf(conf);
    initialize(split);
  }

  /** Number of records. */
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
  public Record loadFromMetaData(RecordMetaData origin) throws IOException {
    List<Writable> record = read(origin);
    invokeListeners(record);
    return new org.datavec.api.records.impl.Record(record, origin);
  }

  @Override
  public List<Record> loadFromMetaData(List<RecordMetaData> some) throws IOException {
    List<Record> records = new ArrayList<>(some.size());
    for (RecordMetaData origin : some) {
      records.add(loadFromMetaData(origin));
    }
    return records;
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
}
