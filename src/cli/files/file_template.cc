#include "cli/files/file_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json_text.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calibrated/calibrated_execution_json.h"
#include "cli/bundled_files.h"
#include "cli/search/setting_words.h"
#include "hardware/system_keys.h"
#include "text/json_report.h"
#include "workload/model_file.h"

namespace calculon {
namespace {

constexpr std::string_view kSampleModel = "llama-3.1-8b";
constexpr std::string_view kSampleSystem = "h100";
constexpr std::string_view kNotes = "notes";

Json bundled_json(BundledKind kind, std::string_view name, const Console& console) {
  const std::string path = bundled_path(kind, name, console);
  Json json = parse_json(path, read_text_file(path));
  for (const std::string_view key : kFreeKeys) {
    json.erase(std::string(key));
  }
  return json;
}

Json value_json(bool value) {
  return value;
}
Json value_json(std::int64_t value) {
  return value;
}
Json value_json(double value) {
  return value;
}
template <class Enum>
Json value_json(Enum value) {
  return enum_name(value);
}

// An object with its notes in front.
Json with_notes(Json notes, const Json& rest) {
  Json whole = Json::object();
  whole[std::string(kNotes)] = std::move(notes);
  whole.update(rest);
  return whole;
}

// "tensor parallelism", or "what backward recomputes (full, attn_only, none)".
std::string with_words(std::string_view help, const std::vector<std::string>& words) {
  const bool is_flag = !words.empty() && words.front() == "true";
  return words.empty() || is_flag ? std::string(help)
                                  : fmt::format("{} ({})", help, fmt::join(words, ", "));
}

bool is_accepted_model(const Json& model) {
  try {
    parse_model_file("template", json_text(model), {});
    return true;
  } catch (const InputError&) {
    return false;
  }
}

std::vector<std::string> words_of_value(bool) {
  return {};
}
std::vector<std::string> words_of_value(std::int64_t) {
  return {};
}
std::vector<std::string> words_of_value(double) {
  return {};
}
template <class Enum>
std::vector<std::string> words_of_value(Enum) {
  return {EnumNames<Enum>::kNames.begin(), EnumNames<Enum>::kNames.end()};
}

// The constants that rows describe: those that are there, then the others with their defaults.
template <class Rows, class Record>
void add_constants(const Rows& rows, const Record& record, const std::string& place, Json& object,
                   Json& notes) {
  for_each_field(rows, [&](const auto& row) {
    const std::string key(row.name);
    if (!object.contains(key)) {
      object[key] = value_json(record.*row.member);
    }
    notes[place + "." + key] =
        row.unit.empty() ? std::string(row.help) : fmt::format("{}, {}", row.help, row.unit);
  });
}

// A strategy of the published models that keeps 64 processors busy.
Strategy sample_strategy(Preset preset) {
  Strategy s;
  s.set_preset(preset);
  s.num_procs = 64;
  s.tensor_par = 4;
  s.pipeline_par = 2;
  s.data_par = 8;
  s.pipeline_par_net = 1;
  s.data_par_net = 1;
  s.batch_size = 128;
  s.datatype = Datatype::kBfloat16;
  s.fused_activation = true;
  s.activation_recompute = ActivationRecompute::kAttnOnly;
  s.pipeline_interleaving = 2;
  s.optimizer_sharding = true;
  s.tensor_par_comm_type = TensorParCommType::kRsAg;
  s.data_par_overlap = true;
  if (preset == Preset::kCalculonMoe) {
    s.model_MoE = true;
    s.num_experts = 8;
    s.top_k_experts = 2;
    s.expert_par = 8;
    s.expert_slice = 4;
    s.expert_par_net = 1;
  }
  return s;
}

template <class Record, class Fields>
Json setting_notes(const Fields& fields, const Json& settings) {
  Json notes = Json::object();
  for_each_field(fields, [&](const auto& field) {
    if (settings.contains(std::string(field.name))) {
      notes[std::string(field.name)] = with_words(field.help, setting_words_of<Record>(field.name));
    }
  });
  return notes;
}

}  // namespace

Json model_template(const Console& console) {
  Json model = bundled_json(BundledKind::kModel, kSampleModel, console);
  Json notes = Json::object();
  for_each_field(kTransformerFields,
                 [&](const auto& field) { notes[std::string(field.name)] = field.help; });
  const ModelDetails defaults;
  for_each_field(kModelDetailFields, [&](const auto& field) {
    const std::string key(field.name);
    const auto& value = defaults.*field.member;
    notes[key] = with_words(field.help, words_of_value(value));
    if (!model.contains(key)) {
      Json longer = model;
      longer[key] = value_json(value);
      if (is_accepted_model(longer)) {
        model = std::move(longer);
      }
    }
  });
  return with_notes(std::move(notes), model);
}

Json system_template(const Console& console) {
  Json system = bundled_json(BundledKind::kSystem, kSampleSystem, console);
  Json notes = Json::object();
  for (const SystemKey& key : kSystemKeys) {
    notes[std::string(key.path)] = key.meaning;
  }
  Json& calibration = system["calibration"];
  add_constants(kCalibrationRows, Calibration(), "calibration", calibration, notes);
  add_constants(kMemoryOverheadRows, MemoryOverhead(), "calibration.memory_overhead",
                calibration["memory_overhead"], notes);
  return with_notes(std::move(notes), system);
}

Json execution_template(std::string_view methodology, const Console& console) {
  if (methodology != kCalibratedName) {
    const auto preset = enum_from_name<Preset>(methodology);
    if (!preset) {
      throw InputError(fmt::format("there is no methodology '{}'", methodology));
    }
    const Json settings = to_json(sample_strategy(*preset));
    return with_notes(setting_notes<Strategy>(kStrategyFields, settings), settings);
  }
  const std::string path = bundled_path(BundledKind::kExecution, "llama-3.1-8b_64_fsdp", console);
  const Json json = parse_json(path, read_text_file(path));
  const Json settings = calibrated_execution_json(to_calibrated_execution(JsonReader(path, json)));
  Json all = Json::object();
  all[std::string(kMethodologyKey)] = kCalibratedName;
  all.update(settings);
  return with_notes(setting_notes<CalibratedExecution>(kCalibratedExecutionFields, all), all);
}

Json study_template(const Console& console) {
  bundled_json(BundledKind::kModel, kSampleModel, console);  // has to be there
  Json study = Json::object();
  study["calculon_study"] = 1;
  study["title"] = "How fast a model trains on so many processors";
  study[std::string(kNotes)] =
      "model and system: a bundled name, a file or an object. axes: each has a name, a path into "
      "the inputs and the values there; all combinations are points. vary: the same, one axis at a "
      "time. search: what the best execution of a point is searched among; execution in its place "
      "evaluates one. set: changes at all points, such as system.mem1.GB. quick: values of the "
      "short form. columns: of the table. plots: of the page; docs/studies.md has all keys.";
  study["model"] = kSampleModel;
  study["system"] = kSampleSystem;
  study["axes"] = Json::array({Json{{"name", "processors"},
                                    {"path", "search.num_procs"},
                                    {"values", Json::array({8, 16, 32, 64, 128})}}});
  study["search"] = {{"methodology", kCalibratedName},
                     {"num_procs", 64},
                     {"max_batch", 128},
                     {"datatype", "bfloat16"}};
  study["quick"] = {{"processors", Json::array({8, 64})}};
  study["plots"] = Json::array({Json{{"type", "line"}, {"x", "processors"}, {"y", "sample_rate"}}});
  return study;
}

}  // namespace calculon
