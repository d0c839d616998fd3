package normsweep.ui;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import normsweep.record.SweepFolder;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.i18n.I18NProvider;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.deeplearning4j.ui.module.train.TrainModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's training pages (overview, model, system) for the trials of one sweep and of its tuning,
 * one session per trial.
 *
 * <p>Only {@link TrainModule} of DL4J's server is used. Its pages find their server through {@link
 * VertxUIServer#getInstance()}, which is this object. DL4J's own start, which listens on every
 * address and accepts uploads on every route, is never called, and its modules for uploads and for
 * reports from the network do not exist here.
 *
 * <p>A trial is read from its journal when a page asks for it, and again when the file has changed,
 * so that a sweep can be followed while it runs, in this process or another; decoding a long
 * journal takes a while, so not more often than every few seconds.
 */
final class TrainingPages extends VertxUIServer {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPages.class);
  private static final String SESSION = "sessionId";
  private static final Set<String> LANGUAGES = Set.of("en", "de", "ja", "zh", "ko", "ru");
  private static final Set<String> SHARED_ROUTES =
      Set.of("/train/multisession", "/train/sessions/lastUpdate/:sessionId");
  private static final Pattern PARAMETER = Pattern.compile(":(\\w+)");
  private static final String OWN_ROUTES = "/train/:sessionId/";

  /** Trials kept in memory; the least recently requested one makes room. */
  private static final int KEPT_TRIALS = 6;

  /** How long a trial is shown before its journal is checked again. */
  static final long LOOK_AGAIN_NANOS = 4_000_000_000L;

  private final SweepFolder folder;
  private final URI address;
  private final LongSupplier nanos;
  private final TrainModule module;
  private final Map<String, Shown> shown = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What the module shows of a trial, time and length of the journal it was read from, why that
   * could not be read or null, and when that was checked.
   */
  private record Shown(StatsStorage storage, String version, String problem, long looked) {}

  TrainingPages(SweepFolder folder, URI address, LongSupplier nanos) {
    this.folder = folder;
    this.address = address;
    this.nanos = nanos;
    VertxUIServer.getMultiSession().set(true);
    this.module = new TrainModule();
  }

  /** Adds the routes of the pages. */
  void mount(Router router) {
    for (Route route : module.getRoutes()) {
      String path = route.getRoute();
      if (SHARED_ROUTES.contains(path) || path.startsWith(OWN_ROUTES)) {
        List<String> names = PARAMETER.matcher(path).results().map(name -> name.group(1)).toList();
        get(router, path, context -> show(context, route, names));
      }
    }
    get(router, "/setlang/:sessionId/:to", this::setLanguage);
  }

  /** Registers a route for GET and HEAD whose handler may block. */
  static void get(Router router, String path, Handler<RoutingContext> handler) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .blockingHandler(handler, false);
  }

  /** Whether a trial has statistics; before its first report, there is no page to link to. */
  boolean shows(String trial) {
    try {
      return Files.size(journal(trial)) > StatsJournal.FIRST_RECORD;
    } catch (IOException e) {
      return false;
    }
  }

  /** Why a trial has no training pages; empty if it has. */
  Optional<String> problem(String trial) {
    if (attach(trial).isPresent()) {
      return Optional.empty();
    }
    String found = Optional.ofNullable(shown(trial)).map(Shown::problem).orElse(null);
    return Optional.of(
        found == null
            ? "Deeplearning4j's training pages are recorded by run --ui alone."
            : "There are no training pages: stats.journal " + found + ".");
  }

  /** What a trial's journal holds; empty if there is nothing. */
  Optional<Amendments> statistics(String trial) {
    return attach(trial).map(storage -> new Amendments(trial, storage));
  }

  private synchronized Shown shown(String trial) {
    return shown.get(trial);
  }

  private void show(RoutingContext context, Route route, List<String> names) {
    String trial = context.pathParam(SESSION);
    Optional<StatsStorage> storage = trial == null ? Optional.empty() : attach(trial);
    if (trial != null && storage.isEmpty()) {
      context.response().setStatusCode(404).end("No statistics are recorded for this trial.");
      return;
    }
    String page = context.request().path();
    if (page.endsWith("/overview") || page.endsWith("/model") || page.endsWith("/system")) {
      context.response().putHeader("Content-Type", "text/html; charset=utf-8");
    }
    try {
      route
          .getConsumer()
          .accept(
              names.stream().map(context::pathParam).toList(),
              InertAnswers.of(context, storage.map(of -> new Amendments(trial, of))));
    } catch (RuntimeException e) {
      // DL4J's pages throw where a layer, a report or a network's configuration is missing.
      LOG.debug("{} has nothing to show", page, e);
      context.response().setStatusCode(404).end("Nothing of this kind is recorded for this trial.");
    }
  }

  private void setLanguage(RoutingContext context) {
    String trial = context.pathParam(SESSION);
    String language = context.pathParam("to");
    if (!shows(trial) || !LANGUAGES.contains(language)) {
      context.next();
      return;
    }
    I18NProvider.getInstance(trial).setDefaultLanguage(language);
    context.response().end();
  }

  /** Gives the module what a trial has recorded so far; empty if there is nothing. */
  private synchronized Optional<StatsStorage> attach(String trial) {
    if (!shows(trial)) {
      drop(trial);
      return Optional.empty();
    }
    Shown newest = shown.get(trial);
    if (newest == null || nanos.getAsLong() - newest.looked >= LOOK_AGAIN_NANOS) {
      newest = read(trial, newest);
      shown.put(trial, newest);
    }
    if (shown.size() > KEPT_TRIALS) {
      drop(shown.keySet().iterator().next());
    }
    return Optional.of(newest.storage).filter(storage -> storage.sessionExists(trial));
  }

  /** Shows what a trial's journal holds now; if it cannot be read, what it held before. */
  private Shown read(String trial, Shown before) {
    Path journal = journal(trial);
    String version = "";
    String problem = null;
    StatsStorage storage = before == null ? new InMemoryStatsStorage() : before.storage;
    try {
      version = Files.getLastModifiedTime(journal) + " " + Files.size(journal);
      if (before != null && before.version.equals(version)) {
        return new Shown(storage, version, before.problem, nanos.getAsLong());
      }
      StatsJournal.Read read = StatsJournal.read(journal);
      if (read.end() == StatsJournal.End.DAMAGED) {
        LOG.warn("{} is damaged: what came after that is not shown.", journal);
      }
      storage = new InMemoryStatsStorage();
      long newest = 0;
      for (Persistable record : read.records()) {
        if (trial.equals(record.getSessionID())) {
          StatsJournal.put(record, storage);
          newest = Math.max(newest, record.getTimeStamp());
        }
      }
      module.onAttach(storage);
      // The pages are redrawn when the time of the newest record has changed.
      module.reportStorageEvents(
          List.of(
              new StatsStorageEvent(
                  storage, EventType.PostUpdate, trial, StatsListener.TYPE_ID, null, newest)));
    } catch (IOException e) {
      problem = e.getMessage();
      LOG.warn("{} {}: its newest statistics are not shown.", journal, problem);
    }
    return new Shown(storage, version, problem, nanos.getAsLong());
  }

  /** A trial that tunes the sweep has another seed, and so another id than those of the sweep. */
  private Path journal(String trial) {
    Path own = StatsJournal.beside(folder.trial(trial).stats());
    return Files.exists(own) ? own : StatsJournal.beside(folder.tuning().trial(trial).stats());
  }

  private void drop(String trial) {
    Shown old = shown.remove(trial);
    if (old != null) {
      module.onDetach(old.storage);
    }
  }

  @Override
  public void start(Promise<Void> startCallback) {
    startCallback.fail(new UnsupportedOperationException("SweepUi is the server of these pages"));
  }

  @Override
  public String getAddress() {
    return address.toString();
  }
}
