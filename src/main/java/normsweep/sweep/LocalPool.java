package normsweep.sweep;

import java.io.IOException;
import java.util.List;
import normsweep.base.FileTree;
import normsweep.record.Trial;

/** Trains trials in this process, one after the other. */
final class LocalPool implements TrialPool {
  private final Sweep sweep;

  LocalPool(Sweep sweep) {
    this.sweep = sweep;
  }

  @Override
  public List<String> prepare(List<Trial> trials) {
    sweep.inputs().prepare(trials);
    return sweep.inputs().of(trials.get(0)).describe();
  }

  @Override
  public boolean concurrent() {
    return false;
  }

  @Override
  public boolean train(List<Trial> trials, int until, Follower follower) throws IOException {
    TrialRun run = new TrialRun(sweep, follower::running);
    for (Trial trial : trials) {
      if (follower.due(trial) && !follower.ended(run.train(trial, until))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void discard(String trial) throws IOException {
    FileTree.delete(sweep.folder().trial(trial).checkpoint());
  }

  @Override
  public void close() {}
}
