#include "calculon/strategy/strategy.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <vector>

#include "base/file_kind.h"
#include "calculon/base/files.h"
#include "strategy/strategy_json.h"

namespace calculon {
namespace {

constexpr std::string_view kOptionalSetting = "activation_function";  // null or absent: gelu
constexpr std::string_view kMethodology = "methodology";

// The preset whose keys an execution has: with any of a mixture of experts, all of them.
Preset dialect_of(const JsonReader& execution) {
  Preset preset = Preset::kCalculon;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(Preset::kCalculonMoe) && !field.belongs_to(Preset::kCalculon) &&
        execution.has(field.name)) {
      preset = Preset::kCalculonMoe;
    }
  });
  return preset;
}

bool is_corrected(const JsonReader& execution) {
  if (!execution.has(kMethodology)) {
    return false;
  }
  const JsonReader methodology = execution[kMethodology];
  if (methodology.is_string() && methodology.string() == "calibrated") {
    execution.complain(
        "has the key 'methodology': it is for the calibrated model, which `llm` asks");
  }
  if (!methodology.is_string() || methodology.string() != enum_name(Preset::kCorrected)) {
    methodology.complain(
        "expected 'corrected' or 'calibrated'; published executions have no such key");
  }
  return true;
}

void require_settings(const JsonReader& execution, Preset dialect) {
  std::vector<std::string_view> names;
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (field.belongs_to(dialect) &&
        (field.name != kOptionalSetting || execution.has(field.name))) {
      names.push_back(field.name);
    }
  });
  std::vector<std::string_view> free(kFreeKeys.begin(), kFreeKeys.end());
  free.push_back(kMethodology);
  execution.require_keys(names, free);
}

// Network tiers count from 0, and top_k_experts is not checked (quirk M20); every other number of
// an execution is above 0.
std::int64_t smallest_accepted(std::string_view name) {
  return name.ends_with("_net") || name == "top_k_experts" ? 0 : 1;
}

bool is_absent(const JsonReader& execution, std::string_view name) {
  return name == kOptionalSetting && (!execution.has(name) || execution[name].is_null());
}

void read_setting(const JsonReader& json, std::int64_t& value, std::string_view name) {
  value = json.integer(smallest_accepted(name));
}
void read_setting(const JsonReader& json, bool& value, std::string_view) {
  value = json.boolean();
}
template <class Enum>
void read_setting(const JsonReader& json, Enum& value, std::string_view) {
  value = json.one_of<Enum>();
}

std::string batch_contradiction(const Strategy& s) {
  if (s.batch_size % s.data_par != 0) {
    return fmt::format("batch_size is {}, expected a multiple of data_par {}", s.batch_size,
                       s.data_par);
  }
  const std::int64_t share = s.batch_size / s.data_par;
  if (share % s.microbatch_size != 0) {
    return fmt::format(
        "microbatch_size is {}, expected a divisor of batch_size {} / data_par {} = {}",
        s.microbatch_size, s.batch_size, s.data_par, share);
  }
  return "";
}

// The rules that have one shape: a setting that needs another one.
std::string settings_contradiction(const Strategy& s) {
  struct Rule {
    bool violated;
    std::string_view setting;
    std::string found;
    std::string_view needs;
  };
  const bool recomputes = s.activation_recompute != ActivationRecompute::kNone;
  const bool overlaps = s.tensor_par_overlap != TensorParOverlap::kNone;
  const bool needs_rs_ag = s.seq_par_ag_redo && s.effective_comm_type() != TensorParCommType::kRsAg;
  const std::string_view one_replica = s.model_MoE && !s.rules.free_expert_replicas  // quirk M5
                                           ? "false when data_par and data_par_exp are 1"
                                           : "false when data_par is 1";
  const std::array<Rule, 9> rules = {{
      {recomputes && !s.training, "activation_recompute", setting_text(s.activation_recompute),
       "'none' unless training is true"},
      {s.pipeline_par == 1 && s.pipeline_interleaving > 1, "pipeline_interleaving",
       setting_text(s.pipeline_interleaving), "1 when pipeline_par is 1"},
      {s.optimizer_sharding && !s.has_replicas(), "optimizer_sharding", "true", one_replica},
      {overlaps && s.tensor_par == 1, "tensor_par_overlap", setting_text(s.tensor_par_overlap),
       "'none' when tensor_par is 1"},
      {needs_rs_ag, "seq_par_ag_redo", "true", "false unless tensor_par_comm_type is 'rs_ag'"},
      {s.seq_par_ag_redo && s.activation_recompute == ActivationRecompute::kFull, "seq_par_ag_redo",
       "true", "false when activation_recompute is 'full'"},
      {s.data_par_overlap && !s.training, "data_par_overlap", "true",
       "false unless training is true"},
      {s.data_par_overlap && !s.has_replicas(), "data_par_overlap", "true", one_replica},
      {s.optimizer_offload && !s.training, "optimizer_offload", "true",
       "false unless training is true"},
  }};
  for (const Rule& rule : rules) {
    if (rule.violated) {
      return fmt::format("{} is {}, expected {}", rule.setting, rule.found, rule.needs);
    }
  }
  return "";
}

std::string experts_contradiction(const Strategy& s) {
  if (s.num_experts % s.expert_par != 0) {
    return fmt::format("num_experts is {}, expected a multiple of expert_par {}", s.num_experts,
                       s.expert_par);
  }
  if (s.model_MoE && !s.rules.any_top_k &&
      (s.top_k_experts < 1 || s.top_k_experts > s.num_experts)) {
    return fmt::format("top_k_experts is {}, expected 1 to num_experts {}", s.top_k_experts,
                       s.num_experts);
  }
  if (!s.model_MoE && (s.expert_par > 1 || s.expert_slice > 1)) {
    return fmt::format("{} is {}, expected 1 when model_MoE is false",
                       s.expert_par > 1 ? "expert_par" : "expert_slice",
                       s.expert_par > 1 ? s.expert_par : s.expert_slice);
  }
  return "";
}

}  // namespace

std::string setting_text(std::int64_t value) {
  return fmt::format("{}", value);
}
std::string setting_text(bool value) {
  return value ? "true" : "false";
}

std::string grid_contradiction(const Strategy& s) {
  // Degrees are at most 1e9, so a product of two fits, and the next is formed only if it does.
  const auto is_product = [&](std::initializer_list<std::int64_t> degrees) {
    std::int64_t product = 1;
    for (const std::int64_t degree : degrees) {
      if (product > s.num_procs) {
        return false;
      }
      product *= degree;
    }
    return product == s.num_procs;
  };
  if (!is_product({s.tensor_par, s.pipeline_par, s.data_par})) {
    return fmt::format("num_procs is {}, expected tensor_par {} * pipeline_par {} * data_par {}",
                       s.num_procs, s.tensor_par, s.pipeline_par, s.data_par);
  }
  if (s.model_MoE && !is_product({s.expert_par, s.expert_slice, s.pipeline_par, s.data_par_exp})) {
    return fmt::format(
        "num_procs is {}, expected expert_par {} * expert_slice {} * pipeline_par {} * "
        "data_par_exp {}",
        s.num_procs, s.expert_par, s.expert_slice, s.pipeline_par, s.data_par_exp);
  }
  return "";
}

std::string contradiction(const Strategy& s) {
  std::string line = s.rules.checks_degrees_late ? std::string() : grid_contradiction(s);
  for (const auto check : {batch_contradiction, settings_contradiction, experts_contradiction}) {
    if (line.empty()) {
      line = check(s);
    }
  }
  return line;
}

StrategyFile to_strategy(const JsonReader& reader) {
  require_kind(reader, FileKind::kExecution);
  const bool corrected = is_corrected(reader);
  const Preset dialect = dialect_of(reader);
  require_settings(reader, dialect);
  StrategyFile parsed;
  parsed.strategy.set_preset(corrected ? Preset::kCorrected : dialect);
  for_each_field(kStrategyFields, [&](const auto& field) {
    if (!field.belongs_to(dialect) || is_absent(reader, field.name)) {
      return;
    }
    auto& value = parsed.strategy.*field.member;
    try {
      read_setting(reader[field.name], value, field.name);
    } catch (const InputError& error) {
      if (field.name != "datatype" || !reader[field.name].is_string()) {
        throw;
      }
      parsed.datatype_error = error;
    }
  });
  parsed.strategy.tensor_par_comm_type = parsed.strategy.effective_comm_type();
  if (const std::string line = contradiction(parsed.strategy); !line.empty()) {
    throw InputError(fmt::format("{}: {}", reader.place(), line));
  }
  return parsed;
}

StrategyFile parse_strategy(const std::string& file, const std::string& text) {
  const Json json = parse_json(file, text);
  return to_strategy(JsonReader(file, json));
}

StrategyFile read_strategy(const std::string& path) {
  return parse_strategy(path, read_text_file(path));
}

}  // namespace calculon
