#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "calculon/bandwidth/chip.h"
#include "calculon/base/input_error.h"
#include "calculon/base/quantity_text.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/parameter_count.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "strategy/result_execution.h"
#include "strategy/strategy_json.h"
#include "study/points/load_study.h"

namespace calculon {
namespace {

std::string flops_text(double flops_per_second) {
  return quantity_text(flops_per_second, QuantityKind::kPlain, 1) + "FLOP/s";
}

std::string rate_text(double bytes_per_second) {
  return quantity_text(bytes_per_second, QuantityKind::kBandwidth, 0);
}

std::string model_line(const std::string& path) {
  const Transformer model = read_transformer(path);
  const std::string blocks = fmt::format("{} blocks of {}", model.num_blocks, model.hidden);
  if (model.details == ModelDetails()) {
    return fmt::format("{:>9} parameters, {}, as published",
                       quantity_text(model.num_parameters(), QuantityKind::kPlain, 1), blocks);
  }
  const ModelParameters count = count_parameters(model);
  const auto text = [](std::int64_t number) {
    return quantity_text(static_cast<double>(number), QuantityKind::kPlain, 1);
  };
  const std::string active =
      count.active == count.total ? "" : fmt::format(" ({} active)", text(count.active));
  return fmt::format("{:>9} parameters{}, {}", text(count.total), active, blocks);
}

// How near the constants of a calibrated system are to a run, and how far off they were: of runs
// that were kept apart, or of those they were fitted to.
std::string trust_text(const System& system) {
  const Provenance& provenance = system.provenance;
  if (!system.calibration) {
    return "";
  }
  std::string text = "; calibrated";
  if (provenance.nearness) {
    text += fmt::format(" ({})", enum_name(*provenance.nearness));
  }
  const auto& fit = provenance.calibration_error;
  const auto& gate = provenance.gate_error;
  if (fit) {
    text += fmt::format(", fitted to {} runs{}", grouped_digits(fit->runs),
                        provenance.transfer.empty() ? "" : " of another machine");
  }
  const auto& figures = gate ? gate : fit;
  return figures ? fmt::format(
                       "{}: {} % off on average, {} % in nine of ten {}", text, figures->mean,
                       figures->p90,
                       gate ? fmt::format("of {} others", grouped_digits(gate->runs)) : "of these")
                 : text;
}

std::string system_line(const std::string& path) {
  const System system = read_system(path);
  std::string peaks;
  for (std::size_t i = 0; i < system.matrix.size(); ++i) {
    if (system.matrix[i]) {
      peaks += fmt::format("{} {}, ", enum_name(static_cast<Datatype>(i)),
                           flops_text(system.matrix[i]->peak_flops_per_second));
    }
  }
  std::string domains;
  for (const Network& network : system.networks) {
    domains += fmt::format("{}{} at {}", domains.empty() ? "" : ", ", grouped_digits(network.size),
                           rate_text(network.bytes_per_second));
  }
  return fmt::format("{}{} at {}, networks of {}{}", peaks,
                     bytes_text(system.mem1.capacity_bytes, 0),
                     rate_text(system.mem1.peak_bytes_per_second), domains, trust_text(system));
}

std::string calibrated_line(const CalibratedExecution& execution) {
  const std::string context =
      execution.context_par > 1 ? fmt::format(" x {} context", execution.context_par) : "";
  return fmt::format("{} processors: {} tensor x {} pipeline x {} data{}, batch {}, calibrated",
                     execution.num_procs, execution.tensor_par, execution.pipeline_par,
                     execution.data_par, context, execution.batch_size);
}

std::string execution_line(const std::string& path) {
  const Json json = load_execution(path);
  const JsonReader reader(path, json);
  if (is_calibrated_execution(reader)) {
    return calibrated_line(to_calibrated_execution(reader));
  }
  const Strategy strategy = to_strategy(reader).strategy;
  const std::string experts =
      strategy.model_MoE ? fmt::format(", {} experts", strategy.num_experts) : "";
  return fmt::format("{} processors: {} tensor x {} pipeline x {} data, batch {}{}",
                     strategy.num_procs, strategy.tensor_par, strategy.pipeline_par,
                     strategy.data_par, strategy.batch_size, experts);
}

// What is known of a file, or why it is not.
std::string line_or_mistake(std::string (*line)(const std::string&), const std::string& path) {
  try {
    return line(path);
  } catch (const InputError& error) {
    return fmt::format("(cannot be read: {})", error.what());
  }
}

// Every bundled file of a kind.
void list_files(BundledKind kind, std::string (*line)(const std::string&), Console& console) {
  const std::vector<std::string> names = bundled_names(kind, console);
  std::size_t width = 0;
  for (const std::string& name : names) {
    width = std::max(width, name.size());
  }
  for (const std::string& name : names) {
    console.out << for_reading(
        console, fmt::format("{:<{}}  {}\n", printable(name), width,
                             line_or_mistake(line, bundled_path(kind, name, console))));
  }
}

void list_models(Console& console) {
  list_files(BundledKind::kModel, model_line, console);
}

void list_systems(Console& console) {
  list_files(BundledKind::kSystem, system_line, console);
}

void list_executions(Console& console) {
  list_files(BundledKind::kExecution, execution_line, console);
}

void list_studies(Console& console) {
  const std::string folder = bundled_data_folder(console);
  for (const std::string& name : bundled_studies(folder)) {
    console.out << for_reading(console,
                               fmt::format("{:<24}  {}\n", printable(name),
                                           printable(read_study(name, folder, {}).study->title())));
  }
}

void list_chips(Console& console) {
  const std::string path = bundled_path(BundledKind::kSystem, "chips", console);
  for (const Chip& chip : read_chips(path, ModelVersion::kHead)) {
    console.out << for_reading(
        console,
        fmt::format("{:<24}  {} of 8 bits, memory {}, network {}\n", printable(chip.name),
                    flops_text(chip.flops_per_second), rate_text(chip.memory_bytes_per_second),
                    rate_text(chip.network_bytes_per_second)));
  }
}

struct Listing {
  std::string_view what;
  void (*print)(Console& console);
};

constexpr std::array<Listing, 5> kListings = {{{"models", list_models},
                                               {"systems", list_systems},
                                               {"executions", list_executions},
                                               {"studies", list_studies},
                                               {"chips", list_chips}}};

}  // namespace

Action setup_list(CLI::App& app) {
  const auto what = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const Listing& listing : kListings) {
    names.emplace_back(listing.what);
  }
  app.add_option("what", *what, "what to list")->required()->check(CLI::IsMember(names));
  return [what](Console& console) {
    for (const Listing& listing : kListings) {
      if (listing.what == *what) {
        listing.print(console);
      }
    }
    return kExitSuccess;
  };
}

}  // namespace calculon
