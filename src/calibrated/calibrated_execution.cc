#include "calculon/calibrated/calibrated_execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "calculon/strategy/preset.h"
#include "calibrated/calibrated_execution_json.h"

namespace calculon {
namespace {

// Whole numbers may be written as reals, up to the largest of which each is exact.
std::int64_t whole_number(const JsonReader& json, std::int64_t min) {
  constexpr std::int64_t kLargestExact = std::int64_t{1} << 53;
  const double real = json.is_number() ? json.json().get<double>() : 0.5;
  if (real != std::floor(real) || real < static_cast<double>(min) ||
      real > static_cast<double>(kLargestExact)) {
    json.reject(fmt::format("an integer from {} to {}", min, kLargestExact));
  }
  return static_cast<std::int64_t>(real);
}

bool is_given(const JsonReader& execution, std::string_view key) {
  return execution.has(key) && !execution[key].is_null();
}

void read_key(const JsonReader& json, std::int64_t& value, std::string_view) {
  value = whole_number(json, 1);
}
void read_key(const JsonReader& json, bool& value, std::string_view) {
  value = json.boolean();
}
void read_key(const JsonReader& json, double& value, std::string_view name) {
  static constexpr Range kShare = {0, 1, true, true, "0 <= x <= 1"};
  static constexpr Range kFromOne = {1, kLargestReal, true, true, "x >= 1"};
  value = json.number(name == "recompute_block_share" ? kShare : kFromOne);
}
template <class Enum>
void read_key(const JsonReader& json, Enum& value, std::string_view) {
  value = json.one_of<Enum>();
}
void read_key(const JsonReader& json, RecomputeModules& value, std::string_view) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    value.add(json[i].one_of<RecomputeModule>());
  }
}
void read_key(const JsonReader& json, std::vector<std::int64_t>& value, std::string_view) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    value.push_back(whole_number(json[i], 0));
  }
}

struct DatatypeKey {
  std::string_view name;
  std::array<Datatype, 4> accepted;
  std::size_t count;
};

constexpr std::array<DatatypeKey, 4> kDatatypeKeys = {{
    {"datatype", {Datatype::kFloat16, Datatype::kBfloat16}, 2},
    {"gemm_datatype",
     {Datatype::kFloat16, Datatype::kBfloat16, Datatype::kFloat8, Datatype::kFloat4},
     4},
    {"grad_reduce_datatype", {Datatype::kFloat32, Datatype::kFloat16, Datatype::kBfloat16}, 3},
    {"param_gather_datatype", {Datatype::kFloat16, Datatype::kBfloat16, Datatype::kFloat8}, 3},
}};

void read_key(const JsonReader& json, Datatype& value, std::string_view name) {
  value = json.one_of<Datatype>();
  if (const std::string others = datatypes_instead(name, value); !others.empty()) {
    json.reject(others);
  }
}

// The product of degrees as a real: exact where it can equal a count.
double product(std::initializer_list<std::int64_t> factors) {
  double all = 1;
  for (const std::int64_t factor : factors) {
    all *= static_cast<double>(factor);
  }
  return all;
}

void require_keys_of_dialect(const JsonReader& execution) {
  std::vector<std::string_view> names = {kMethodologyKey};
  names.insert(names.end(), kFreeKeys.begin(), kFreeKeys.end());
  for_each_field(kCalibratedExecutionFields,
                 [&](const auto& field) { names.push_back(field.name); });
  execution.allow_keys(names);
  static constexpr std::array<std::string_view, 3> kRequired = {kMethodologyKey, "num_procs",
                                                                "batch_size"};
  for (const std::string_view key : kRequired) {
    if (!is_given(execution, key)) {
      execution.complain(fmt::format("lacks the key '{}' (rule KC1)", key));
    }
  }
}

// Defaults that depend on other keys.
void fill_in(const JsonReader& json, CalibratedExecution& e) {
  const auto absent = [&](std::string_view key) { return !is_given(json, key); };
  const double others = product({e.tensor_par, e.pipeline_par, e.context_par});
  if (absent("data_par")) {
    const auto divisor = others <= static_cast<double>(e.num_procs)
                             ? static_cast<std::int64_t>(others)
                             : std::int64_t{0};
    e.data_par = divisor > 0 && e.num_procs % divisor == 0 ? e.num_procs / divisor : 0;
  }
  if (absent("sequence_par")) {
    e.sequence_par = e.tensor_par > 1;
  }
  if (absent("gemm_datatype")) {
    e.gemm_datatype = e.datatype;
  }
  if (absent("param_gather_datatype")) {
    e.param_gather_datatype = e.datatype;
  }
  if (absent("grad_reduce_datatype") && e.shards_gradients()) {
    e.grad_reduce_datatype = Datatype::kBfloat16;
  }
  if (absent("param_gather_overlap")) {
    e.param_gather_overlap = e.data_par_overlap;
  }
}

// Rules KC10 to KC13.
std::string degree_contradiction(const CalibratedExecution& e) {
  const double others = product({e.tensor_par, e.pipeline_par, e.context_par});
  if (e.data_par == 0) {
    return fmt::format(
        "num_procs is {}, expected a multiple of tensor_par {} times pipeline_par {} times "
        "context_par {} (rule KC10)",
        e.num_procs, e.tensor_par, e.pipeline_par, e.context_par);
  }
  if (others * static_cast<double>(e.data_par) != static_cast<double>(e.num_procs)) {
    return fmt::format(
        "num_procs is {}, expected tensor_par {} times pipeline_par {} times context_par {} times "
        "data_par {} (rule KC10)",
        e.num_procs, e.tensor_par, e.pipeline_par, e.context_par, e.data_par);
  }
  if (e.sequence_par && e.tensor_par == 1) {
    return "sequence_par is true, which needs a tensor_par above 1 (rule KC11)";
  }
  const double sequences = product({e.data_par, e.microbatch_size});
  if (std::fmod(static_cast<double>(e.batch_size), sequences) != 0) {
    return fmt::format(
        "batch_size is {}, expected a multiple of data_par {} times microbatch_size {} (rule KC12)",
        e.batch_size, e.data_par, e.microbatch_size);
  }
  if (e.pipeline_interleaving > 1 && e.pipeline_par == 1) {
    return fmt::format("pipeline_interleaving is {}, which needs a pipeline (rule KC13)",
                       e.pipeline_interleaving);
  }
  return "";
}

// Rules KC14 to KC16.
std::string storage_contradiction(const CalibratedExecution& e) {
  if (!e.low_precision() && e.gemm_datatype != e.datatype) {
    return fmt::format("gemm_datatype is {}, expected {} as datatype, or low precision (rule KC14)",
                       enum_name(e.gemm_datatype), enum_name(e.datatype));
  }
  if (e.param_gather_datatype == Datatype::kFloat8 && !e.low_precision()) {
    return "param_gather_datatype is float8, which needs a gemm_datatype of low precision (rule "
           "KC15)";
  }
  if (e.data_par_shard_size == 0) {
    return "";
  }
  if (!e.shards_gradients()) {
    return "data_par_shard_size needs data_par_sharding zero2 or zero3 (rule KC16)";
  }
  if (e.data_par * e.context_par % e.data_par_shard_size != 0) {
    return fmt::format(
        "data_par_shard_size is {}, expected a divisor of data_par {} times context_par {} (rule "
        "KC16)",
        e.data_par_shard_size, e.data_par, e.context_par);
  }
  return "";
}

// Rules KC17 to KC19.
std::string layout_contradiction(const CalibratedExecution& e) {
  const bool ends = e.first_stage_blocks > 0 || e.last_stage_blocks > 0;
  const bool layout = !e.pipeline_layout.empty();
  if (layout + ends + (e.pipeline_balance == PipelineBalance::kWithEmbedding) > 1) {
    return "has more than one of pipeline_layout, first_stage_blocks or last_stage_blocks, and "
           "pipeline_balance with_embedding (rule KC17)";
  }
  const double chunks = product({e.pipeline_par, e.pipeline_interleaving});
  if (layout && static_cast<double>(e.pipeline_layout.size()) != chunks) {
    return fmt::format(
        "pipeline_layout has {} entries, expected pipeline_par {} times pipeline_interleaving {} "
        "(rule KC18)",
        e.pipeline_layout.size(), e.pipeline_par, e.pipeline_interleaving);
  }
  if (ends && e.pipeline_par == 1) {
    return "first_stage_blocks and last_stage_blocks need a pipeline (rule KC18)";
  }
  if (e.recompute_block_share != 1 && e.activation_recompute != CalibratedRecompute::kFull) {
    return fmt::format(
        "recompute_block_share is {}, which needs activation_recompute full (rule KC19)",
        e.recompute_block_share);
  }
  return "";
}

// Values as they stand in a file; null for one that is not given.
Json value_json(std::int64_t value) {
  return value == 0 ? Json() : Json(value);
}
Json value_json(bool value) {
  return value;
}
Json value_json(double value) {
  return value;
}
template <class Enum>
Json value_json(Enum value) {
  return enum_name(value);
}
Json value_json(RecomputeModules modules) {
  return module_names(modules);
}
Json value_json(const std::vector<std::int64_t>& value) {
  return value.empty() ? Json() : Json(value);
}

}  // namespace

std::string contradiction(const CalibratedExecution& execution) {
  for (const auto& rules : {degree_contradiction, storage_contradiction, layout_contradiction}) {
    if (std::string line = rules(execution); !line.empty()) {
      return line;
    }
  }
  return "";
}

std::string datatypes_instead(std::string_view key, Datatype datatype) {
  const auto* row = std::find_if(kDatatypeKeys.begin(), kDatatypeKeys.end(),
                                 [&](const DatatypeKey& each) { return each.name == key; });
  const auto accepted = std::span(row->accepted).first(row->count);
  if (std::find(accepted.begin(), accepted.end(), datatype) != accepted.end()) {
    return "";
  }
  std::vector<std::string_view> names;
  std::transform(accepted.begin(), accepted.end(), std::back_inserter(names), enum_name<Datatype>);
  return list_of_names(names);
}

Json module_names(RecomputeModules modules) {
  Json names = Json::array();
  for (std::size_t i = 0; i < kEnumSize<RecomputeModule>; ++i) {
    if (modules.has(static_cast<RecomputeModule>(i))) {
      names.push_back(enum_name(static_cast<RecomputeModule>(i)));
    }
  }
  return names;
}

bool is_calibrated_execution(const JsonReader& reader) {
  if (!reader.has(kMethodologyKey)) {
    return false;
  }
  const Json& name = reader[kMethodologyKey].json();
  if (name != kCalibratedName && name != enum_name(Preset::kCorrected)) {
    reader[kMethodologyKey].reject("'calibrated' or 'corrected'");
  }
  return name == kCalibratedName;
}

CalibratedExecution to_calibrated_execution(const JsonReader& json) {
  require_keys_of_dialect(json);
  if (const JsonReader methodology = json[kMethodologyKey];
      !methodology.is_string() || methodology.string() != kCalibratedName) {
    methodology.reject("calibrated");
  }
  CalibratedExecution execution;
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    if (is_given(json, field.name)) {
      read_key(json[field.name], execution.*field.member, field.name);
    }
  });
  if (is_given(json, "pipeline_layout") && execution.pipeline_layout.empty()) {
    json["pipeline_layout"].reject("the blocks of every chunk");
  }
  fill_in(json, execution);
  if (const std::string line = contradiction(execution); !line.empty()) {
    throw InputError(fmt::format("{}: {}", json.place(), line));
  }
  return execution;
}

Json calibrated_execution_json(const CalibratedExecution& execution,
                               std::span<const std::string_view> keys) {
  Json json = Json::object();
  json[std::string(kMethodologyKey)] = kCalibratedName;
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    if (!keys.empty() && std::find(keys.begin(), keys.end(), field.name) == keys.end()) {
      return;
    }
    if (Json value = value_json(execution.*field.member); !value.is_null()) {
      json[std::string(field.name)] = std::move(value);
    }
  });
  return json;
}

std::string setting_text(const CalibratedExecution& e, std::string_view key) {
  const Json json = calibrated_execution_json(e, std::span(&key, 1));
  if (!json.contains(std::string(key))) {
    return "";
  }
  const Json& value = json[std::string(key)];
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (!value.is_array()) {
    return json_text(value);
  }
  std::string text;
  for (const Json& item : value) {
    text +=
        (text.empty() ? "" : "+") + (item.is_string() ? item.get<std::string>() : json_text(item));
  }
  return text.empty() ? "none" : text;
}

CalibratedExecution parse_calibrated_execution(const std::string& file, const std::string& text) {
  const Json json = parse_json(file, text);
  return to_calibrated_execution(JsonReader(file, json));
}

}  // namespace calculon
