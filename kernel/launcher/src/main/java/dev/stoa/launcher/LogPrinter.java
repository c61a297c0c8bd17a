package dev.stoa.launcher;

import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Warnings and errors of the framework and of the OSGi log, one line each on standard error: {@code
 * stoa: error: …}, {@code stoa: warning: …}. Stack traces go to the {@link DetailLog}.
 */
final class LogPrinter implements FrameworkListener, LogListener {
  // Declarative Services names bundle and component inside its message.
  private static final Pattern COMPONENT =
      Pattern.compile("bundle (\\S+):(\\S+) \\(\\d+\\)(?:\\[(.+?)(?:\\(\\d+\\))?\\])? : (.*)");

  private final PrintStream out;
  private final DetailLog details;
  private final boolean debug;
  private String last = "";

  LogPrinter(PrintStream out, DetailLog details, boolean debug) {
    this.out = out;
    this.details = details;
    this.debug = debug;
  }

  /** Listens from now on; the log service may come later. */
  void listenIn(BundleContext context) {
    context.addFrameworkListener(this);
    new ServiceTracker<LogReaderService, LogReaderService>(context, LogReaderService.class, null) {
      @Override
      public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        LogReaderService reader = super.addingService(reference);
        reader.addLogListener(LogPrinter.this);
        return reader;
      }
    }.open();
  }

  @Override
  public void frameworkEvent(FrameworkEvent event) {
    if (event.getType() != FrameworkEvent.ERROR && event.getType() != FrameworkEvent.WARNING) {
      return;
    }
    Throwable failure = event.getThrowable();
    String what = failure == null ? "framework event without a cause" : Causes.line(failure);
    String severity = event.getType() == FrameworkEvent.ERROR ? "error" : "warning";
    print(severity, name(event.getBundle()) + ": " + what, failure);
  }

  @Override
  public void logged(LogEntry entry) {
    if (entry.getLoggerName() != null && entry.getLoggerName().startsWith("Events.")) {
      return; // the log's copies of events; errors among them came to frameworkEvent
    }
    Throwable failure = entry.getException();
    String text = describe(entry);
    LogLevel level = entry.getLogLevel();
    if (level == LogLevel.ERROR || Causes.ofBundle(failure)) {
      print("error", text, failure);
    } else if (level == LogLevel.WARN) {
      print("warning", text, failure);
    } else if (debug) {
      details.write(level + " " + text, failure);
    }
  }

  /** Prints one error of the launcher itself. */
  void error(String text, Throwable failure) {
    print("error", text, failure);
  }

  private synchronized void print(String severity, String text, Throwable failure) {
    String line = severity + ": " + Causes.oneLine(text);
    details.write(line, failure);
    // What fails is tried again, and said again, by more than one party.
    if (!line.equals(last)) {
      out.println("stoa: " + line);
      last = line;
    }
  }

  private static String describe(LogEntry entry) {
    String message = entry.getMessage() == null ? "" : Causes.oneLine(entry.getMessage());
    String cause = entry.getException() == null ? "" : ": " + Causes.line(entry.getException());
    Matcher component = COMPONENT.matcher(message);
    if (component.matches()) {
      String named = component.group(3) == null ? "" : "component " + component.group(3) + ": ";
      String bundle = component.group(1) + " " + component.group(2) + ": ";
      return bundle + named + component.group(4) + cause;
    }
    Bundle bundle = entry.getBundle();
    // The infrastructure's messages name the file or bundle they are about.
    boolean infrastructure =
        bundle != null && String.valueOf(bundle.getSymbolicName()).startsWith("org.apache.felix.");
    return (infrastructure ? "" : name(bundle) + ": ") + message + cause;
  }

  private static String name(Bundle bundle) {
    if (bundle == null || bundle.getBundleId() == 0) {
      return "framework";
    }
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }
}
