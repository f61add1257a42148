#include "calibrated/search/wanted_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "calibrated/calibrated_execution_json.h"
#include "strategy/wanted_value.h"

namespace calculon {
namespace {

constexpr std::array kDegreeSettings = {
    CalibratedSetting{"tensor_par", "tp"},
    CalibratedSetting{"pipeline_par", "pp"},
    CalibratedSetting{"context_par", "cp"},
    CalibratedSetting{"data_par", "dp"},
    CalibratedSetting{"microbatch_size", "mbs"},
    CalibratedSetting{"expert_tensor_par", "etp"},
    CalibratedSetting{"expert_par", "ep"},
    CalibratedSetting{"pipeline_interleaving", "interleaving"},
    CalibratedSetting{"pipeline_balance", ""},
};

constexpr std::array kChoiceSettings = {
    CalibratedSetting{"activation_recompute", "recompute"},
    CalibratedSetting{"data_par_sharding", ""},
    CalibratedSetting{"expert_dispatch", ""},
    CalibratedSetting{"expert_overlap", ""},
    CalibratedSetting{"tensor_par_overlap", ""},
    CalibratedSetting{"cuda_graph_scope", ""},
    CalibratedSetting{"attention_kernel", ""},
    CalibratedSetting{"loss_kind", ""},
    CalibratedSetting{"sequence_par", ""},
    CalibratedSetting{"data_par_overlap", ""},
    CalibratedSetting{"param_gather_overlap", ""},
    CalibratedSetting{"grad_reduce_datatype", ""},
    CalibratedSetting{"param_gather_datatype", ""},
    CalibratedSetting{"expert_activation_fused", ""},
    CalibratedSetting{"expert_combine_fused", ""},
    CalibratedSetting{"elementwise_fused", ""},
    CalibratedSetting{"float8_scaling", ""},
    CalibratedSetting{"grad_fusion", ""},
    CalibratedSetting{"attention_mask_materialized", ""},
    CalibratedSetting{"recompute_modules", ""},
};

// Of a list of modules, with a bit for each.
NumberRange wanted_value(std::string_view key, std::string_view text, RecomputeModules) {
  std::int64_t bits = 0;
  if (text != "none") {
    for (const std::string_view name : split(text, '+')) {
      bits |= std::int64_t{1} << calculon::wanted_value(key, name, RecomputeModule{}).first;
    }
  }
  return {bits, bits};
}

NumberRange wanted_value(std::string_view key, std::string_view text, Datatype) {
  const auto range = calculon::wanted_value(key, text, Datatype{});
  if (const std::string others = datatypes_instead(key, static_cast<Datatype>(range.first));
      !others.empty()) {
    reject_wanted(key, text, others);
  }
  return range;
}

void set_value(RecomputeModules& modules, std::int64_t bits) {
  modules = RecomputeModules(static_cast<std::uint32_t>(bits));
}
template <class Value>
void set_value(Value& setting, std::int64_t value) {
  setting = static_cast<Value>(value);
}

std::vector<std::int64_t> others_than(bool value) {
  return {value ? 0 : 1};
}
std::vector<std::int64_t> others_than(std::int64_t) {
  return {};  // numbers have no list of values
}
std::vector<std::int64_t> others_than(RecomputeModules modules) {
  std::vector<std::int64_t> others;
  for (std::size_t i = 0; i < kEnumSize<RecomputeModule>; ++i) {
    others.push_back(std::int64_t{modules.bits()} ^ std::int64_t{1} << i);
  }
  return others;
}
template <class Enum>
std::vector<std::int64_t> others_than(Enum value) {
  std::vector<std::int64_t> others;
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    if (static_cast<Enum>(i) != value) {
      others.push_back(static_cast<std::int64_t>(i));
    }
  }
  return others;
}

// Settings of these types are not searched.
template <class Value>
constexpr bool kIsSearched =
    !std::is_same_v<Value, double> && !std::is_same_v<Value, std::vector<std::int64_t>>;

bool is_searched(std::string_view key) {
  const auto is_it = [&](const CalibratedSetting& setting) { return setting.key == key; };
  return std::any_of(kDegreeSettings.begin(), kDegreeSettings.end(), is_it) ||
         std::any_of(kChoiceSettings.begin(), kChoiceSettings.end(), is_it);
}

}  // namespace

std::span<const CalibratedSetting> calibrated_degree_settings() {
  return kDegreeSettings;
}

std::span<const CalibratedSetting> calibrated_choice_settings() {
  return kChoiceSettings;
}

void WantedSettings::want(std::string_view key, std::string_view list) {
  if (!is_searched(key)) {
    throw InputError(
        fmt::format("{} is no setting of a search by the calibrated methodology", key));
  }
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    using Value = std::decay_t<decltype(CalibratedExecution{}.*field.member)>;
    if constexpr (kIsSearched<Value>) {
      if (field.name == key) {
        for (const std::string_view text : split(list, ',')) {
          const NumberRange range = wanted_value(key, text, Value{});
          ranges_.push_back({field.name, range.first, range.last});
        }
      }
    }
  });
}

bool WantedSettings::names(std::string_view key) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const Range& range) { return range.key == key; });
}

bool WantedSettings::accepts(std::string_view key, std::int64_t value) const {
  bool named = false;
  for (const Range& range : ranges_) {
    if (range.key == key) {
      named = true;
      if (range.first <= value && value <= range.last) {
        return true;
      }
    }
  }
  return !named;
}

std::vector<std::int64_t> WantedSettings::values(std::string_view key) const {
  std::vector<std::int64_t> values;
  for (const Range& range : ranges_) {
    if (range.key == key && std::find(values.begin(), values.end(), range.first) == values.end()) {
      values.push_back(range.first);
    }
  }
  return values;
}

void set_choice(CalibratedExecution& execution, std::string_view key, std::int64_t value) {
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    using Value = std::decay_t<decltype(execution.*field.member)>;
    if constexpr (kIsSearched<Value>) {
      if (field.name == key) {
        set_value(execution.*field.member, value);
      }
    }
  });
}

std::vector<std::int64_t> other_choices(const CalibratedExecution& execution,
                                        std::string_view key) {
  std::vector<std::int64_t> others;
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    using Value = std::decay_t<decltype(execution.*field.member)>;
    if constexpr (kIsSearched<Value>) {
      if (field.name == key) {
        others = others_than(execution.*field.member);
      }
    }
  });
  return others;
}

}  // namespace calculon
