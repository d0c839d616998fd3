package normsweep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;

/**
 * What an executor tells the driver while a trial trains. It travels as JSON text.
 *
 * @param kind what it is about
 * @param trial the trial's id
 * @param worker who trains it
 * @param network what is trained; for {@link Kind#STARTED}
 * @param epochs complete epochs; for {@link Kind#STARTED}
 * @param metrics the epoch; for {@link Kind#EPOCH}
 */
record Message(
    Kind kind, String trial, String worker, String network, int epochs, EpochMetrics metrics) {
  /** What a message is about. */
  enum Kind {
    /** May this trial start? The answer is "true" or "false". */
    DUE,
    /** The trial has started or resumes. */
    STARTED,
    /** An epoch is complete, and its state is in the store. */
    EPOCH
  }

  static Message due(String trial, String worker) {
    return new Message(Kind.DUE, trial, worker, null, 0, null);
  }

  static Message started(String trial, String worker, String network, int epochs) {
    return new Message(Kind.STARTED, trial, worker, network, epochs, null);
  }

  static Message epoch(String trial, String worker, EpochMetrics metrics) {
    return new Message(Kind.EPOCH, trial, worker, null, metrics.epoch(), metrics);
  }

  String text() {
    try {
      return Records.json().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Message of(Object text) throws JsonProcessingException {
    return Records.json().readValue((String) text, Message.class);
  }
}
