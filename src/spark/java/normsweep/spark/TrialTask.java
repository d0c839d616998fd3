package normsweep.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import normsweep.base.FileTree;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.sweep.SweepRunner;
import normsweep.sweep.TrialPool;
import normsweep.sweep.TrialRun;
import normsweep.tail.Tail;
import normsweep.train.StoppedException;
import normsweep.ui.SweepStats;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.deeplearning4j.optimize.api.TrainingListener;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Trains one trial until an epoch: the ordinary run of a trial, whose folder is in the store. */
final class TrialTask extends AbstractFunction2<TaskContext, Iterator<Trial>, Outcome>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SweepOrder order;
  private final int until;

  TrialTask(SweepOrder order, int until) {
    this.order = order;
    this.until = until;
  }

  @Override
  public Outcome apply(TaskContext task, Iterator<Trial> trials) {
    Trial trial = trials.next();
    try {
      return ExecutorSession.work(order, session -> train(session, trial, task));
    } catch (StoppedException e) {
      throw new TaskKilledException(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome train(ExecutorSession session, Trial trial, TaskContext task) throws IOException {
    Store store = session.store();
    String commit = Snapshot.commit(trial.id(), until);
    if (Snapshot.read(store, commit).isPresent()) {
      return Outcome.done(commit);
    }
    String worker = ExecutorSession.worker();
    if (task.isInterrupted() || !DriverLink.ask(Message.due(trial.id(), worker))) {
      return Outcome.nothing();
    }
    session.fetchFeatures(trial);
    TrialFolder folder = session.folder().trial(trial.id());
    Attempt attempt = new Attempt(store, trial.id(), folder);
    attempt.resume();
    try (Following following = new Following(attempt, worker, task)) {
      SweepConfig config = session.folder().readConfig();
      TrialPool.Sweep sweep =
          new TrialPool.Sweep(
              config,
              session.folder(),
              session.inputs(),
              order.tuning(),
              order.earlier(),
              following);
      following.every = config.tracking().statsEvery();
      TrialResult row;
      try {
        row = new TrialRun(sweep, state -> {}).train(trial, until);
      } catch (StoppedException e) {
        if (Snapshot.read(store, commit).isPresent()) {
          attempt.discard(); // another one was faster
          throw e;
        }
        attempt.save(TrialResult.running(trial, following.epochs));
        throw e;
      }
      following.writeStatistics();
      if (order.tuning() && row.ended()) {
        FileTree.delete(folder.checkpoint()); // nothing resumes from it
      }
      attempt.commit(row, until);
      return Outcome.done(commit);
    }
  }

  /** Follows a trial in an executor: saves it after every epoch, and tells the driver. */
  private static final class Following implements SweepRunner.Observer, AutoCloseable {
    private final Attempt attempt;
    private final String worker;
    private final TaskContext task;
    private int every;
    private int epochs;
    private Optional<SweepStats> stats = Optional.empty();

    Following(Attempt attempt, String worker, TaskContext task) {
      this.attempt = attempt;
      this.worker = worker;
      this.task = task;
    }

    @Override
    public void trialStarted(Trial trial, String network, int epochsDone) {
      epochs = epochsDone;
      tell(Message.started(trial.id(), worker, network, epochsDone));
    }

    @Override
    public void epochDone(Trial trial, EpochMetrics metrics) {
      epochs = metrics.epoch();
      try {
        FaultPoint.reached(attempt.store(), "epoch", trial.id());
        attempt.save(TrialResult.running(trial, metrics.epoch()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      tell(Message.epoch(trial.id(), worker, metrics));
    }

    private static void tell(Message message) {
      try {
        DriverLink.tell(message);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean stops() {
      return task.isInterrupted();
    }

    @Override
    public List<TrainingListener> listeners(
        Trial trial, Tail tail, TrialFolder folder, int iterations) {
      SweepStats opened = SweepStats.open(folder.stats(), trial.id(), tail, every, iterations);
      stats = Optional.of(opened);
      return List.of(opened.listener());
    }

    @Override
    public void close() {
      writeStatistics();
    }

    private void writeStatistics() {
      stats.ifPresent(SweepStats::close);
      stats = Optional.empty();
    }
  }
}
