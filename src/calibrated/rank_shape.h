#pragma once

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/workload/transformer.h"

namespace calculon {

// Of a value that is stored: activations, gradients of them, parameters.
inline constexpr double kValueBytes = 2;

// The sizes of a model on one rank, as reals that hold whole numbers exactly. Symbols of the
// specification are in the comments.
struct RankShape {
  double tokens;         // n: of a microbatch on this rank
  double sequences;      // b
  double sequence;       // s
  double tensor;         // t
  double context;        // c
  double hidden;         // h
  double heads;          // a
  double kv_heads;       // a_k
  double own_kv;         // kappa: key/value heads on this rank
  double head;           // d
  double query_width;    // d_q, per head
  double value_width;    // d_v
  bool latent;           // mla
  double query_rank;     // r_q
  double kv_rank;        // r_k
  double nope_width;     // d_n
  double rope_width;     // d_r
  double gates;          // G: 1 for a gated MLP
  double feedforward;    // f
  double experts;        // E
  double top_k;          // k
  double expert_width;   // f_x
  double shared_width;   // f_s
  double expert_par;     // e
  double expert_tensor;  // g
  double scatter;        // sigma: ranks that share an activation between products

  // Elements of the attention's scores, masked or not.
  double scores() const { return sequences * (heads / tensor) * sequence * (sequence / context); }
};

RankShape rank_shape(const Transformer& model, const RankChoices& choices);

}  // namespace calculon
