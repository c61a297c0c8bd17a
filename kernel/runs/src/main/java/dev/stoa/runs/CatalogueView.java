package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceInfo;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.run.Catalogue.Description;
import dev.stoa.run.Catalogue.Entry;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Catalogue.Problem;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** What is installed and what is wrong with it. */
final class CatalogueView {
  private static final String PREFIX = "dev.stoa.";
  private static final Pattern MISSING_PACKAGE =
      Pattern.compile("osgi\\.wiring\\.package=([\\w.]+)");

  private final BundleContext context;
  private final PartRegistry registry;
  private final Parameters parameters;

  CatalogueView(BundleContext context, PartRegistry registry, Parameters parameters) {
    this.context = context;
    this.registry = registry;
    this.parameters = parameters;
  }

  List<Entry> list(Kind kind) {
    return registry.list(kind).stream().map(CatalogueView::entry).toList();
  }

  private static Entry entry(PartEntry part) {
    return new Entry(part.kind, part.name, part.description, part.bundle, part.version.toString());
  }

  Description describe(String name) {
    List<String> known = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Optional<PartEntry> part = registry.best(kind, name);
      if (part.isPresent()) {
        return describe(part.get());
      }
      registry.list(kind).forEach(each -> known.add(each.name));
    }
    throw UserException.unknown("algorithm, environment or device", name, known, "");
  }

  private Description describe(PartEntry part) {
    Map<String, String> details = new LinkedHashMap<>();
    List<ParameterInfo> declared =
        switch (part.kind) {
          case ALGORITHM ->
              parameters.describe(
                  registry.with(part, Algorithm.class, RunResolver::algorithmParameters));
          case ENVIRONMENT ->
              registry.with(part, Environment.class, service -> environment(service, details));
          case DEVICE -> {
            DeviceInfo info = registry.with(part, Device.class, Device::describe);
            details.put("ready", String.valueOf(info.ready()));
            details.put("reason", info.reason());
            details.put("fingerprint", info.fingerprint());
            details.put("memory", String.valueOf(info.memoryBytes()));
            yield List.of();
          }
        };
    return new Description(entry(part), declared, details);
  }

  private <P extends Annotation> List<ParameterInfo> environment(
      Environment<P> environment, Map<String, String> details) {
    P standard = parameters.bind(environment.parameters(), "environment", Map.of());
    EnvironmentSpec spec = environment.spec(standard);
    details.put("observation", spec.observation().toString());
    details.put("action", spec.action().toString());
    details.put("snapshot", spec.snapshot().name().toLowerCase(java.util.Locale.ROOT));
    details.put("maxEpisodeSteps", String.valueOf(spec.maxEpisodeSteps()));
    spec.solvedReturn().ifPresent(value -> details.put("solvedReturn", String.valueOf(value)));
    return parameters.describe(environment.parameters());
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    int reached = system().adapt(FrameworkStartLevel.class).getStartLevel();
    for (Bundle bundle : context.getBundles()) {
      // What belongs to a start level that was not asked for is not a problem.
      if (bundle.getState() == Bundle.INSTALLED
          && bundle.adapt(BundleStartLevel.class).getStartLevel() <= reached
          && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        unresolved(bundle).ifPresent(problems::add);
      }
      foreign(bundle).ifPresent(problems::add);
    }
    refused(problems);
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    if (reference != null) {
      ServiceComponentRuntime runtime = context.getService(reference);
      try {
        if (runtime != null) {
          components(runtime, problems);
        }
      } finally {
        context.ungetService(reference);
      }
    }
    return problems;
  }

  /** Jars in the watched folder that did not become bundles. */
  private void refused(List<Problem> problems) {
    String folder = context.getProperty("stoa.deploy");
    if (folder == null || !Files.isDirectory(Path.of(folder))) {
      return;
    }
    Set<String> installed =
        Arrays.stream(context.getBundles()).map(Bundle::getLocation).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .filter(file -> !installed.contains(file.toFile().toURI().toString()))
          .sorted()
          .forEach(
              file ->
                  problems.add(
                      new Problem(
                          file.toString(),
                          "the file is not installed",
                          "it is no bundle or could not be read; remove it or replace it")));
    } catch (IOException e) {
      problems.add(new Problem(folder, "the watched folder cannot be read", Texts.chain(e)));
    }
  }

  private Bundle system() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
  }

  /** Only an attempt to start says which requirement is missing; what resolves is not started. */
  private Optional<Problem> unresolved(Bundle bundle) {
    try {
      FrameworkWiring wiring = system().adapt(FrameworkWiring.class);
      if (!wiring.resolveBundles(List.of(bundle))) {
        bundle.start(Bundle.START_TRANSIENT);
      }
      return Optional.empty();
    } catch (IllegalStateException e) {
      // Uninstalled meanwhile: no problem any more.
      return Optional.empty();
    } catch (BundleException e) {
      return Optional.of(new Problem(label(bundle), "the bundle does not resolve", requirement(e)));
    }
  }

  /**
   * What Felix's message says is missing, in words; the whole message where it says it otherwise.
   */
  private static String requirement(BundleException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    Matcher missing = MISSING_PACKAGE.matcher(message);
    return missing.find()
        ? "it needs package " + missing.group(1) + ", which no installed bundle exports"
        : message;
  }

  /** A part made for another version of an API package than the kernel's would never be seen. */
  private Optional<Problem> foreign(Bundle bundle) {
    ServiceReference<?>[] services = bundle.getRegisteredServices();
    if (services == null) {
      return Optional.empty();
    }
    for (ServiceReference<?> service : services) {
      for (String type : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
        if (type.startsWith(PREFIX) && !service.isAssignableTo(context.getBundle(), type)) {
          return Optional.of(
              new Problem(
                  label(bundle),
                  "service " + type,
                  "it is wired to another version of the package than the kernel: rebuild it"));
        }
      }
    }
    return Optional.empty();
  }

  private static void components(ServiceComponentRuntime runtime, List<Problem> problems) {
    for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
      for (ComponentConfigurationDTO state : runtime.getComponentConfigurationDTOs(description)) {
        String bundle = description.bundle.symbolicName + " " + description.bundle.version;
        if (state.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
          List<String> missing =
              Arrays.stream(state.unsatisfiedReferences)
                  .map((UnsatisfiedReferenceDTO each) -> each.name)
                  .toList();
          problems.add(
              new Problem(
                  bundle, "component " + description.name, "unsatisfied references: " + missing));
        } else if (state.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
          String cause = String.valueOf(state.failure).lines().findFirst().orElse("unknown");
          problems.add(
              new Problem(bundle, "component " + description.name, "failed to activate: " + cause));
        }
      }
    }
  }

  private static String label(Bundle bundle) {
    return (bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName())
        + " "
        + bundle.getVersion();
  }
}
