#include "launch/published_remarks.h"

#include <fmt/format.h>

namespace calculon {
namespace {

enum class RankOrder { kDefault, kPipelineInside, kNone };

// Which order of ranks puts the groups where an execution says. The usual one is tensor, data,
// pipeline; the other one has the pipeline before data. A group of one stands anywhere.
RankOrder order_of_ranks(const Strategy& s, std::int64_t domain) {
  const auto size = static_cast<double>(domain);
  const double t = static_cast<double>(s.tensor_par);
  const double tensor_data = t * static_cast<double>(s.data_par);
  const double tensor_pipeline = t * static_cast<double>(s.pipeline_par);
  const auto inside = [](std::int64_t degree, std::int64_t net) { return degree > 1 && net == 0; };
  const auto outside = [](std::int64_t degree, std::int64_t net) { return degree > 1 && net > 0; };
  const bool tensor_fits = t <= size ? !outside(s.tensor_par, s.tensor_par_net)
                                     : !inside(s.tensor_par, s.tensor_par_net);
  const bool data_fits = tensor_data <= size ? !outside(s.data_par, s.data_par_net)
                                             : !inside(s.data_par, s.data_par_net);
  const double all = tensor_data * static_cast<double>(s.pipeline_par);
  if (tensor_fits && data_fits && !(inside(s.pipeline_par, s.pipeline_par_net) && all > size)) {
    return RankOrder::kDefault;
  }
  const bool pipeline_first = inside(s.pipeline_par, s.pipeline_par_net) &&
                              outside(s.data_par, s.data_par_net) && tensor_pipeline <= size;
  return tensor_fits && pipeline_first ? RankOrder::kPipelineInside : RankOrder::kNone;
}

bool is_megatron_core(Framework framework) {
  return framework == Framework::kMegatron || framework == Framework::kBridge;
}

void add_placement(const Strategy& strategy, Framework framework, std::int64_t domain,
                   LaunchJob& job) {
  const RankOrder order = order_of_ranks(strategy, domain);
  if (order == RankOrder::kDefault) {
    return;
  }
  if (order == RankOrder::kPipelineInside && is_megatron_core(framework)) {
    job.arguments.emplace_back(framework == Framework::kMegatron
                                   ? "--use-tp-pp-dp-mapping"
                                   : "dist.use_tp_pp_dp_mapping=true");
    job.remarks.emplace_back("The prediction has data inside of the pipeline, the run has not.");
    return;
  }
  job.remarks.push_back(fmt::format(
      "tensor_par_net {}, pipeline_par_net {}, data_par_net {}: placement not "
      "expressible with {} processors on the inner network",
      strategy.tensor_par_net, strategy.pipeline_par_net, strategy.data_par_net, domain));
}

}  // namespace

void add_published_remarks(const Strategy& strategy, Framework framework, std::int64_t domain,
                           LaunchJob& job) {
  const bool scatters = job.execution.sequence_par;
  if (!strategy.fused_activation) {
    job.remarks.emplace_back("fused_activation false: not taken over");
  }
  if (scatters && strategy.tensor_par_comm_type == TensorParCommType::kRsAg &&
      !strategy.seq_par_ag_redo && is_megatron_core(framework)) {
    job.remarks.emplace_back(
        "seq_par_ag_redo false: there is no switch, scattered inputs are gathered again");
  }
  if (strategy.tensor_par_comm_type == TensorParCommType::kP2pRsAg) {
    job.remarks.emplace_back("tensor_par_comm_type p2p_rs_ag: there is no switch, it is ar");
  }
  add_placement(strategy, framework, domain, job);
}

}  // namespace calculon
