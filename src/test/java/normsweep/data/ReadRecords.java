package normsweep.data;

import org.datavec.api.records.listener.RecordListener;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.writer.RecordWriter;

/** Counts what a DataVec reader reads. */
final class ReadRecords implements RecordListener {
  private static final long serialVersionUID = 1L;

  int count;

  @Override
  public boolean invoked() {
    return count > 0;
  }

  @Override
  public void invoke() {
    // nothing to do once
  }

  @Override
  public void recordWrite(RecordWriter writer, Object record) {
    // a reader writes none
  }

  @Override
  public void recordRead(RecordReader reader, Object record) {
    count++;
  }
}
