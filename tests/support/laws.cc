#include "support/laws.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/strategy_walk.h"

namespace calculon::test {
namespace {

bool close(double a, double b) {
  return std::fabs(a - b) <= 1e-12 * std::max(std::fabs(a), std::fabs(b));
}

std::string unequal(std::string_view what, double a, double b) {
  return close(a, b) ? "" : fmt::format("{}: {} and {}", what, a, b);
}

std::string parts_add_up(const Case& c) {
  double sum = 0;
  for (const Role part : kTimeParts) {
    sum += sum_of(c.stats, part, c.s.preset).value_or(0);
  }
  return unequal("total time", sum, c.stats.total_time);
}

std::string rates_follow(const Case& c) {
  const Stats& t = c.stats;
  if (!(t.system_efficiency <= 1 && t.total_efficiency > 0)) {
    return "an efficiency is out of range";
  }
  return unequal("efficiency", t.compute_efficiency * t.system_efficiency, t.total_efficiency) +
         unequal("samples", t.sample_rate * t.total_time, static_cast<double>(c.s.batch_size));
}

std::string degree_1_is_free(const Case& c) {
  std::string broken;
  if (c.s.tensor_par == 1) {
    broken += nonzero(c.stats, {&Stats::tp_comm_link_time, &Stats::tp_comm_exposed_time,
                                &Stats::tp_recomm_link_time, &Stats::tp_recomm_exposed_time,
                                &Stats::baseblock_fw_tp_size, &Stats::edgeblock_fw_tp_size,
                                &Stats::baseblock_bw_tp_size, &Stats::edgeblock_bw_tp_size,
                                &Stats::baseblock_recomm_size, &Stats::edgeblock_recomm_size});
  }
  if (c.s.expert_par == 1) {
    broken += nonzero(c.stats, {&Stats::ep_comm_link_time, &Stats::ep_comm_exposed_time,
                                &Stats::baseblock_fw_ep_size, &Stats::edgeblock_bw_ep_size});
  }
  if (c.s.expert_slice == 1) {
    broken += nonzero(c.stats, {&Stats::es_comm_link_time, &Stats::es_comm_exposed_time,
                                &Stats::es_recomm_link_time, &Stats::es_recomm_exposed_time,
                                &Stats::baseblock_fw_es_size, &Stats::edgeblock_bw_es_size,
                                &Stats::baseblock_es_recomm_size});
  }
  if (c.s.tensor_par == 1 && c.s.expert_slice == 1) {
    broken += nonzero(c.stats, {&Stats::recomm_link_time, &Stats::recomm_exposed_time});
  }
  if (c.s.pipeline_par == 1) {
    broken +=
        nonzero(c.stats, {&Stats::pp_comm_link_time, &Stats::pp_comm_exposed_time,
                          &Stats::block_fw_pp_size, &Stats::block_bw_pp_size, &Stats::bubble_time});
  }
  if (c.s.data_par == 1) {
    broken += nonzero(c.stats, {&Stats::dp_comm_link_time, &Stats::dp_comm_exposed_time});
  }
  if (c.s.data_par_exp == 1) {
    broken += nonzero(c.stats, {&Stats::dp_exp_comm_link_time, &Stats::block_dp_exp_size});
  }
  if (c.s.data_par == 1 && c.s.data_par_exp == 1) {
    broken += nonzero(c.stats, {&Stats::block_dp_size});
  }
  return broken;
}

std::string forward_only(const Case& c) {
  return c.s.training ? std::string()
                      : nonzero(c.stats, {&Stats::bw_time, &Stats::recompute_time,
                                          &Stats::optim_step_time, &Stats::dp_comm_link_time,
                                          &Stats::recomm_link_time, &Stats::bw_offload_exposed_time,
                                          &Stats::act_grad_space, &Stats::weight_grad_space,
                                          &Stats::optimizer_space, &Stats::block_bw_pp_size});
}

std::string tiers_hold_parts(const Case& c) {
  const Stats& m = c.stats;
  double tier1 = m.act_grad_space;
  double tier2 = 0;
  const auto place = [&](bool offloaded, double whole, double rest, double moved) {
    tier1 += offloaded ? rest : whole;
    tier2 += offloaded ? moved : 0;
  };
  const bool full = c.s.activation_recompute == ActivationRecompute::kFull;
  place(c.s.weight_offload, m.weight_space, m.weight_space_with_offload, m.weight_space);
  place(c.s.activations_offload, m.act_space + m.act_checkpoint_size,
        m.act_space_with_offload + (full ? m.act_checkpoint_size_with_offload : 0),
        full ? m.act_checkpoint_size : m.act_space);
  const double blocks = m.optimizer_space == 0 ? 0 : m.optimizer_space / m.block_optimizer_space;
  place(c.s.optimizer_offload, m.weight_grad_space + m.optimizer_space,
        m.weight_grad_space_with_offload + m.optimizer_space_with_offload,
        blocks * m.block_weight_grad_space + m.optimizer_space);
  return unequal("tier 1", tier1, m.proc_mem_tier1_cap_req) +
         unequal("tier 2", tier2, m.proc_mem_tier2_cap_req);
}

std::string base_is_edge(const Case& c) {
  const Stats& b = c.stats;
  const bool equal = b.baseblock_fw_tp_time == b.edgeblock_fw_tp_time &&
                     b.baseblock_fw_tp_time_exposed == b.edgeblock_fw_tp_time_exposed &&
                     b.baseblock_agrad_tp_time == b.edgeblock_agrad_tp_time &&
                     b.baseblock_agrad_tp_time_exposed == b.edgeblock_agrad_tp_time_exposed &&
                     b.baseblock_recomm_time == b.edgeblock_recomm_time &&
                     b.baseblock_recomm_time_exposed == b.edgeblock_recomm_time_exposed &&
                     b.baseblock_fw_tp_size == b.edgeblock_fw_tp_size &&
                     b.baseblock_bw_tp_size == b.edgeblock_bw_tp_size &&
                     b.baseblock_recomm_size == b.edgeblock_recomm_size &&
                     b.baseblock_fw_ep_size == b.edgeblock_fw_ep_size &&
                     b.baseblock_bw_ep_size == b.edgeblock_bw_ep_size &&
                     b.baseblock_fw_es_size == b.edgeblock_fw_es_size &&
                     b.baseblock_bw_es_size == b.edgeblock_bw_es_size &&
                     b.baseblock_es_recomm_size == b.edgeblock_es_recomm_size;
  const bool split_at_edge = c.s.effective_comm_type() == TensorParCommType::kP2pRsAg;
  return equal || split_at_edge ? "" : "the edge block is not as the base block";
}

std::string numbers_only(const Case& c) {
  for (const auto& field : kStatsFields) {
    const double value = c.stats.*field.member;
    const bool missing = field.member == &Stats::act_checkpoint_size_with_offload && !c.s.training;
    if (missing != std::isnan(value) || value < 0 || std::isinf(value)) {
      return fmt::format("{} is {}", field.name, value);
    }
  }
  return "";
}

}  // namespace

const std::vector<Law>& laws_of_evaluation() {
  static const std::vector<Law> kLaws = {
      {"the parts of the batch time add up to the total", parts_add_up},
      {"rates follow from the total time", rates_follow},
      {"a degree of 1 costs no communication of its kind", degree_1_is_free},
      {"a forward-only run has neither backward pass nor optimizer", forward_only},
      {"what an execution needs of the tiers is the sum of its parts", tiers_hold_parts},
      {"base and edge blocks differ only where collectives are split at the edge", base_is_edge},
      {"every statistic is a number, and none is negative", numbers_only},
  };
  return kLaws;
}

void hold_against(const std::vector<Law>& laws, const Case& c, Findings& findings) {
  for (const Law& law : laws) {
    const std::string broken = law.check(c);
    if (!broken.empty()) {
      findings.add(fmt::format("{}: {}: {}", law.sentence, broken, strategy_text(c.s)));
    }
  }
}

std::string nonzero(const Stats& stats, std::initializer_list<double Stats::*> members) {
  for (const auto& field : kStatsFields) {
    for (const auto member : members) {
      if (field.member == member && stats.*member != 0) {
        return fmt::format("{} is {}", field.name, stats.*member);
      }
    }
  }
  return "";
}

std::string first_difference(const Stats& a, const Stats& b,
                             const std::vector<std::string_view>& but) {
  for (const auto& field : kStatsFields) {
    const double x = a.*field.member;
    const double y = b.*field.member;
    const bool same = x == y || (std::isnan(x) && std::isnan(y));
    if (!same && std::find(but.begin(), but.end(), field.name) == but.end()) {
      return fmt::format("{} is {} and {}", field.name, x, y);
    }
  }
  return "";
}

}  // namespace calculon::test
