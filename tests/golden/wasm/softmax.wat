(module
  (import "env" "memory" (memory 1 65536 shared))
  ;; M[i] = max[j] a[i,j]
  ;; D[i] = sum[j] exp(a[i,j] - M[i])
  ;; y[i,j] = exp(a[i,j] - M[i]) / D[i]
  ;; args: buffers a y; sizes I J
  (func $softmax (export "softmax")
    (param $args i32) (param $begin i32) (param $end i32) (param $scratch i32)
    (local $I i32) (local $i.high i32) (local $i i32) (local $top.s v128) (local $k v128)
    (local $top.present v128) (local $top.s.2 v128) (local $top.present.2 v128)
    (local $top.s.3 v128) (local $top.present.3 v128) (local $top.s.4 v128)
    (local $top.present.4 v128) (local $j i32) (local $j.from i32) (local $J i32)
    (local $j.stop i32) (local $a i32) (local $a.at i32) (local $a.at.2 i32) (local $x v128)
    (local $top.s' v128) (local $mask v128) (local $x.2 v128) (local $top.s'.2 v128)
    (local $x.3 v128) (local $top.s'.3 v128) (local $x.4 v128) (local $top.s'.4 v128)
    (local $a.at.3 i32) (local $x.5 f32) (local $top.s'.5 f32) (local $top.at i32)
    (local $top f32) (local $top.2 i32) (local $top.s.5 f32) (local $top.present.5 i32)
    (local $top.s.6 v128) (local $top.present.6 v128) (local $top.s.7 v128)
    (local $top.present.7 v128) (local $top.s.8 v128) (local $top.present.8 v128)
    (local $top.s.9 v128) (local $top.present.9 v128) (local $top.s.10 v128)
    (local $top.present.10 v128) (local $top.s.11 v128) (local $top.present.11 v128)
    (local $top.s.12 v128) (local $top.present.12 v128) (local $half v128)
    (local $top.s.13 v128) (local $top.present.13 v128) (local $half.2 v128)
    (local $top.s.14 v128) (local $top.present.14 v128) (local $four v128) (local $four.2 v128)
    (local $top.s.15 f32) (local $top.present.15 i32) (local $top.3 f32) (local $total.s v128)
    (local $total.s.2 v128) (local $total.s.3 v128) (local $total.s.4 v128) (local $j.2 i32)
    (local $j.from.2 i32) (local $j.stop.2 i32) (local $a.at.4 i32) (local $x.6 v128)
    (local $top.3.x4 v128) (local $x.7 v128) (local $k.2 v128) (local $k.3 v128)
    (local $k.4 v128) (local $k.5 v128) (local $k.6 v128) (local $k.7 v128) (local $k.8 v128)
    (local $k.9 v128) (local $k.10 v128) (local $k.11 v128) (local $k.12 v128)
    (local $k.13 v128) (local $k.14 v128) (local $k.15 v128) (local $exp v128)
    (local $exp.2 v128) (local $exp.3 v128) (local $exp.4 v128) (local $exp.5 v128)
    (local $total.s' v128) (local $x.8 v128) (local $x.9 v128) (local $exp.6 v128)
    (local $exp.7 v128) (local $exp.8 v128) (local $exp.9 v128) (local $exp.10 v128)
    (local $total.s'.2 v128) (local $x.10 v128) (local $x.11 v128) (local $exp.11 v128)
    (local $exp.12 v128) (local $exp.13 v128) (local $exp.14 v128) (local $exp.15 v128)
    (local $total.s'.3 v128) (local $x.12 v128) (local $x.13 v128) (local $exp.16 v128)
    (local $exp.17 v128) (local $exp.18 v128) (local $exp.19 v128) (local $exp.20 v128)
    (local $total.s'.4 v128) (local $a.at.5 i32) (local $x.14 f32) (local $total.s'.5 f32)
    (local $total.at i32) (local $total f32) (local $total.s.5 f32) (local $total.s.6 v128)
    (local $total.s.7 v128) (local $total.s.8 v128) (local $total.s.9 v128)
    (local $total.s.10 v128) (local $total.s.11 v128) (local $total.s.12 v128)
    (local $half.3 v128) (local $total.s.13 v128) (local $half.4 v128) (local $total.s.14 v128)
    (local $four.3 v128) (local $total.s.15 f32) (local $total.2 f32) (local $j.3 i32)
    (local $j.from.3 i32) (local $j.stop.3 i32) (local $a.at.6 i32) (local $x.15 v128)
    (local $y i32) (local $y.at i32) (local $y.at.2 i32) (local $x.16 v128) (local $exp.21 v128)
    (local $exp.22 v128) (local $exp.23 v128) (local $exp.24 v128) (local $exp.25 v128)
    (local $total.2.x4 v128) (local $y' v128) (local $x.17 v128) (local $x.18 v128)
    (local $exp.26 v128) (local $exp.27 v128) (local $exp.28 v128) (local $exp.29 v128)
    (local $exp.30 v128) (local $y'.2 v128) (local $a.at.7 i32) (local $x.19 f32)
    (local $y.at.3 i32)
    (local.set $I (i32.load offset=8 (local.get $args)))
    (local.set $i.high
      (select (local.get $end) (local.get $I) (i32.lt_s (local.get $end) (local.get $I))))
    (local.set $i (local.get $begin))
    (local.set $k (v128.const f32x4 0 0 0 0))
    (local.set $J (i32.load offset=12 (local.get $args)))
    (local.set $a (i32.load offset=0 (local.get $args)))
    (local.set $mask (i32x4.splat (i32.sub (i32.const 0) (i32.const 1))))
    (local.set $k.2 (v128.const f32x4 -104 -104 -104 -104))
    (local.set $k.3 (v128.const f32x4 89 89 89 89))
    (local.set $k.4
      (v128.const f32x4 1.4426950216293335 1.4426950216293335 1.4426950216293335 1.4426950216293335
      ))
    (local.set $k.5 (v128.const f32x4 12582912 12582912 12582912 12582912))
    (local.set $k.6 (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375))
    (local.set $k.7
      (v128.const f32x4 -0.00021219444170128554 -0.00021219444170128554 -0.00021219444170128554 -0.00021219444170128554
      ))
    (local.set $k.8
      (v128.const f32x4 0.00019875691214110702 0.00019875691214110702 0.00019875691214110702 0.00019875691214110702
      ))
    (local.set $k.9
      (v128.const f32x4 0.001398199936375022 0.001398199936375022 0.001398199936375022 0.001398199936375022
      ))
    (local.set $k.10
      (v128.const f32x4 0.008333452045917511 0.008333452045917511 0.008333452045917511 0.008333452045917511
      ))
    (local.set $k.11
      (v128.const f32x4 0.04166579619050026 0.04166579619050026 0.04166579619050026 0.04166579619050026
      ))
    (local.set $k.12
      (v128.const f32x4 0.1666666567325592 0.1666666567325592 0.1666666567325592 0.1666666567325592
      ))
    (local.set $k.13 (v128.const f32x4 0.5 0.5 0.5 0.5))
    (local.set $k.14 (v128.const f32x4 1 1 1 1))
    (local.set $k.15 (v128.const i32x4 127 127 127 127))
    (local.set $y (i32.load offset=4 (local.get $args)))
    (if
      (i32.lt_s (local.get $i) (local.get $i.high))
      (then
        (loop $i.7
          (local.set $top.s (local.get $k))
          (local.set $top.present (v128.const i32x4 0 0 0 0))
          (local.set $top.s.2 (local.get $k))
          (local.set $top.present.2 (v128.const i32x4 0 0 0 0))
          (local.set $top.s.3 (local.get $k))
          (local.set $top.present.3 (v128.const i32x4 0 0 0 0))
          (local.set $top.s.4 (local.get $k))
          (local.set $top.present.4 (v128.const i32x4 0 0 0 0))
          (local.set $j.from (i32.const 0))
          (local.set $j (local.get $j.from))
          (local.set $j.stop
            (select
              (i32.add
                (local.get $j.from)
                (i32.and (i32.sub (local.get $J) (local.get $j.from)) (i32.const -16)))
              (local.get $j.from)
              (i32.gt_s (local.get $J) (local.get $j.from))))
          (local.set $a.at
            (i32.add
              (local.get $a)
              (i32.shl (i32.mul (local.get $i) (local.get $J)) (i32.const 2))))
          (if
            (i32.lt_s (local.get $j) (local.get $j.stop))
            (then
              (loop $j.1
                (local.set $a.at.2
                  (i32.add (local.get $a.at) (i32.shl (local.get $j) (i32.const 2))))
                (local.set $x (v128.load (local.get $a.at.2)))
                (local.set $top.s' (local.get $x))
                (local.set $top.s
                  (v128.bitselect
                    (f32x4.max (local.get $top.s) (local.get $top.s'))
                    (local.get $top.s')
                    (local.get $top.present)))
                (local.set $top.present (local.get $mask))
                (local.set $x.2 (v128.load offset=16 (local.get $a.at.2)))
                (local.set $top.s'.2 (local.get $x.2))
                (local.set $top.s.2
                  (v128.bitselect
                    (f32x4.max (local.get $top.s.2) (local.get $top.s'.2))
                    (local.get $top.s'.2)
                    (local.get $top.present.2)))
                (local.set $top.present.2 (local.get $mask))
                (local.set $x.3 (v128.load offset=32 (local.get $a.at.2)))
                (local.set $top.s'.3 (local.get $x.3))
                (local.set $top.s.3
                  (v128.bitselect
                    (f32x4.max (local.get $top.s.3) (local.get $top.s'.3))
                    (local.get $top.s'.3)
                    (local.get $top.present.3)))
                (local.set $top.present.3 (local.get $mask))
                (local.set $x.4 (v128.load offset=48 (local.get $a.at.2)))
                (local.set $top.s'.4 (local.get $x.4))
                (local.set $top.s.4
                  (v128.bitselect
                    (f32x4.max (local.get $top.s.4) (local.get $top.s'.4))
                    (local.get $top.s'.4)
                    (local.get $top.present.4)))
                (local.set $top.present.4 (local.get $mask))
                (local.set $j (i32.add (local.get $j) (i32.const 16)))
                (br_if $j.1 (i32.lt_s (local.get $j) (local.get $j.stop))))))
          (if
            (i32.lt_s (local.get $j) (local.get $J))
            (then
              (v128.store (local.get $scratch) (local.get $top.s))
              (v128.store offset=64 (local.get $scratch) (local.get $top.present))
              (v128.store offset=16 (local.get $scratch) (local.get $top.s.2))
              (v128.store offset=80 (local.get $scratch) (local.get $top.present.2))
              (v128.store offset=32 (local.get $scratch) (local.get $top.s.3))
              (v128.store offset=96 (local.get $scratch) (local.get $top.present.3))
              (v128.store offset=48 (local.get $scratch) (local.get $top.s.4))
              (v128.store offset=112 (local.get $scratch) (local.get $top.present.4))
              (if
                (i32.lt_s (local.get $j) (local.get $J))
                (then
                  (loop $j.2
                    (local.set $a.at.3
                      (i32.add (local.get $a.at) (i32.shl (local.get $j) (i32.const 2))))
                    (local.set $x.5 (f32.load (local.get $a.at.3)))
                    (local.set $top.s'.5 (local.get $x.5))
                    (local.set $top.at
                      (i32.add
                        (i32.add (local.get $scratch) (i32.const 0))
                        (i32.shl
                          (i32.and (i32.sub (local.get $j) (local.get $j.stop)) (i32.const 15))
                          (i32.const 2))))
                    (local.set $top (f32.load (local.get $top.at)))
                    (local.set $top.2
                      (i32.ne (i32.load offset=64 (local.get $top.at)) (i32.const 0)))
                    (local.set $top.s.5
                      (select
                        (f32.max (local.get $top) (local.get $top.s'.5))
                        (local.get $top.s'.5)
                        (local.get $top.2)))
                    (local.set $top.present.5 (i32.const 1))
                    (f32.store
                      (i32.add
                        (i32.add (local.get $scratch) (i32.const 0))
                        (i32.shl
                          (i32.and (i32.sub (local.get $j) (local.get $j.stop)) (i32.const 15))
                          (i32.const 2)))
                      (local.get $top.s.5))
                    (i32.store offset=64
                      (i32.add
                        (i32.add (local.get $scratch) (i32.const 0))
                        (i32.shl
                          (i32.and (i32.sub (local.get $j) (local.get $j.stop)) (i32.const 15))
                          (i32.const 2)))
                      (i32.sub (i32.const 0) (local.get $top.present.5)))
                    (local.set $j (i32.add (local.get $j) (i32.const 1)))
                    (br_if $j.2 (i32.lt_s (local.get $j) (local.get $J))))))
              (local.set $top.s (v128.load (local.get $scratch)))
              (local.set $top.present (v128.load offset=64 (local.get $scratch)))
              (local.set $top.s.2 (v128.load offset=16 (local.get $scratch)))
              (local.set $top.present.2 (v128.load offset=80 (local.get $scratch)))
              (local.set $top.s.3 (v128.load offset=32 (local.get $scratch)))
              (local.set $top.present.3 (v128.load offset=96 (local.get $scratch)))
              (local.set $top.s.4 (v128.load offset=48 (local.get $scratch)))
              (local.set $top.present.4 (v128.load offset=112 (local.get $scratch)))))
          (local.set $top.s.6 (local.get $top.s))
          (local.set $top.present.6 (local.get $top.present))
          (local.set $top.s.7 (local.get $top.s.2))
          (local.set $top.present.7 (local.get $top.present.2))
          (local.set $top.s.8 (local.get $top.s.3))
          (local.set $top.present.8 (local.get $top.present.3))
          (local.set $top.s.9 (local.get $top.s.4))
          (local.set $top.present.9 (local.get $top.present.4))
          (local.set $top.s.10
            (v128.bitselect
              (v128.bitselect
                (f32x4.max (local.get $top.s.6) (local.get $top.s.8))
                (local.get $top.s.6)
                (local.get $top.present.8))
              (local.get $top.s.8)
              (local.get $top.present.6)))
          (local.set $top.present.10
            (v128.or (local.get $top.present.6) (local.get $top.present.8)))
          (local.set $top.s.11
            (v128.bitselect
              (v128.bitselect
                (f32x4.max (local.get $top.s.7) (local.get $top.s.9))
                (local.get $top.s.7)
                (local.get $top.present.9))
              (local.get $top.s.9)
              (local.get $top.present.7)))
          (local.set $top.present.11
            (v128.or (local.get $top.present.7) (local.get $top.present.9)))
          (local.set $top.s.12
            (v128.bitselect
              (v128.bitselect
                (f32x4.max (local.get $top.s.10) (local.get $top.s.11))
                (local.get $top.s.10)
                (local.get $top.present.11))
              (local.get $top.s.11)
              (local.get $top.present.10)))
          (local.set $top.present.12
            (v128.or (local.get $top.present.10) (local.get $top.present.11)))
          (local.set $half
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $top.s.12)
              (local.get $top.s.12)))
          (local.set $top.s.13
            (v128.bitselect
              (v128.bitselect
                (f32x4.max (local.get $top.s.12) (local.get $half))
                (local.get $top.s.12)
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
                  (local.get $top.present.12)
                  (local.get $top.present.12)))
              (local.get $half)
              (local.get $top.present.12)))
          (local.set $top.present.13
            (v128.or
              (local.get $top.present.12)
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
                (local.get $top.present.12)
                (local.get $top.present.12))))
          (local.set $half.2
            (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7
              (local.get $top.s.13)
              (local.get $top.s.13)))
          (local.set $top.s.14
            (v128.bitselect
              (v128.bitselect
                (f32x4.max (local.get $top.s.13) (local.get $half.2))
                (local.get $top.s.13)
                (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7
                  (local.get $top.present.13)
                  (local.get $top.present.13)))
              (local.get $half.2)
              (local.get $top.present.13)))
          (local.set $top.present.14
            (v128.or
              (local.get $top.present.13)
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7
                (local.get $top.present.13)
                (local.get $top.present.13))))
          (local.set $four (local.get $top.s.14))
          (local.set $four.2 (local.get $top.present.14))
          (local.set $top.s.15 (f32x4.extract_lane 0 (local.get $four)))
          (local.set $top.present.15
            (i32.ne (i32x4.extract_lane 0 (local.get $four.2)) (i32.const 0)))
          (local.set $top.3 (local.get $top.s.15))
          (local.set $total.s (local.get $k))
          (local.set $total.s.2 (local.get $k))
          (local.set $total.s.3 (local.get $k))
          (local.set $total.s.4 (local.get $k))
          (local.set $j.from.2 (i32.const 0))
          (local.set $j.2 (local.get $j.from.2))
          (local.set $j.stop.2
            (select
              (i32.add
                (local.get $j.from.2)
                (i32.and (i32.sub (local.get $J) (local.get $j.from.2)) (i32.const -16)))
              (local.get $j.from.2)
              (i32.gt_s (local.get $J) (local.get $j.from.2))))
          (local.set $top.3.x4 (f32x4.splat (local.get $top.3)))
          (if
            (i32.lt_s (local.get $j.2) (local.get $j.stop.2))
            (then
              (loop $j.3
                (local.set $a.at.4
                  (i32.add (local.get $a.at) (i32.shl (local.get $j.2) (i32.const 2))))
                (local.set $x.6 (v128.load (local.get $a.at.4)))
                (local.set $x.7 (f32x4.sub (local.get $x.6) (local.get $top.3.x4)))
                (local.set $exp
                  (f32x4.pmin (f32x4.pmax (local.get $x.7) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.2
                  (f32x4.add (f32x4.mul (local.get $exp) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.3 (f32x4.sub (local.get $exp.2) (local.get $k.5)))
                (local.set $exp.4
                  (f32x4.sub
                    (f32x4.sub (local.get $exp) (f32x4.mul (local.get $exp.3) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.3) (local.get $k.7))))
                (local.set $exp.5 (i32x4.shr_s (local.get $exp.2) (i32.const 1)))
                (local.set $total.s'
                  (f32x4.mul
                    (f32x4.mul
                      (f32x4.add
                        (f32x4.add
                          (f32x4.mul
                            (f32x4.add
                              (f32x4.mul
                                (f32x4.add
                                  (f32x4.mul
                                    (f32x4.add
                                      (f32x4.mul
                                        (f32x4.add
                                          (f32x4.mul
                                            (f32x4.add
                                              (f32x4.mul (local.get $k.8) (local.get $exp.4))
                                              (local.get $k.9))
                                            (local.get $exp.4))
                                          (local.get $k.10))
                                        (local.get $exp.4))
                                      (local.get $k.11))
                                    (local.get $exp.4))
                                  (local.get $k.12))
                                (local.get $exp.4))
                              (local.get $k.13))
                            (f32x4.mul (local.get $exp.4) (local.get $exp.4)))
                          (local.get $exp.4))
                        (local.get $k.14))
                      (i32x4.shl
                        (i32x4.add (local.get $exp.5) (local.get $k.15))
                        (i32.const 23)))
                    (i32x4.shl
                      (i32x4.add
                        (i32x4.sub (local.get $exp.2) (local.get $exp.5))
                        (local.get $k.15))
                      (i32.const 23))))
                (local.set $total.s (f32x4.add (local.get $total.s) (local.get $total.s')))
                (local.set $x.8 (v128.load offset=16 (local.get $a.at.4)))
                (local.set $x.9 (f32x4.sub (local.get $x.8) (local.get $top.3.x4)))
                (local.set $exp.6
                  (f32x4.pmin (f32x4.pmax (local.get $x.9) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.7
                  (f32x4.add (f32x4.mul (local.get $exp.6) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.8 (f32x4.sub (local.get $exp.7) (local.get $k.5)))
                (local.set $exp.9
                  (f32x4.sub
                    (f32x4.sub
                      (local.get $exp.6)
                      (f32x4.mul (local.get $exp.8) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.8) (local.get $k.7))))
                (local.set $exp.10 (i32x4.shr_s (local.get $exp.7) (i32.const 1)))
                (local.set $total.s'.2
                  (f32x4.mul
                    (f32x4.mul
                      (f32x4.add
                        (f32x4.add
                          (f32x4.mul
                            (f32x4.add
                              (f32x4.mul
                                (f32x4.add
                                  (f32x4.mul
                                    (f32x4.add
                                      (f32x4.mul
                                        (f32x4.add
                                          (f32x4.mul
                                            (f32x4.add
                                              (f32x4.mul (local.get $k.8) (local.get $exp.9))
                                              (local.get $k.9))
                                            (local.get $exp.9))
                                          (local.get $k.10))
                                        (local.get $exp.9))
                                      (local.get $k.11))
                                    (local.get $exp.9))
                                  (local.get $k.12))
                                (local.get $exp.9))
                              (local.get $k.13))
                            (f32x4.mul (local.get $exp.9) (local.get $exp.9)))
                          (local.get $exp.9))
                        (local.get $k.14))
                      (i32x4.shl
                        (i32x4.add (local.get $exp.10) (local.get $k.15))
                        (i32.const 23)))
                    (i32x4.shl
                      (i32x4.add
                        (i32x4.sub (local.get $exp.7) (local.get $exp.10))
                        (local.get $k.15))
                      (i32.const 23))))
                (local.set $total.s.2
                  (f32x4.add (local.get $total.s.2) (local.get $total.s'.2)))
                (local.set $x.10 (v128.load offset=32 (local.get $a.at.4)))
                (local.set $x.11 (f32x4.sub (local.get $x.10) (local.get $top.3.x4)))
                (local.set $exp.11
                  (f32x4.pmin (f32x4.pmax (local.get $x.11) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.12
                  (f32x4.add (f32x4.mul (local.get $exp.11) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.13 (f32x4.sub (local.get $exp.12) (local.get $k.5)))
                (local.set $exp.14
                  (f32x4.sub
                    (f32x4.sub
                      (local.get $exp.11)
                      (f32x4.mul (local.get $exp.13) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.13) (local.get $k.7))))
                (local.set $exp.15 (i32x4.shr_s (local.get $exp.12) (i32.const 1)))
                (local.set $total.s'.3
                  (f32x4.mul
                    (f32x4.mul
                      (f32x4.add
                        (f32x4.add
                          (f32x4.mul
                            (f32x4.add
                              (f32x4.mul
                                (f32x4.add
                                  (f32x4.mul
                                    (f32x4.add
                                      (f32x4.mul
                                        (f32x4.add
                                          (f32x4.mul
                                            (f32x4.add
                                              (f32x4.mul (local.get $k.8) (local.get $exp.14))
                                              (local.get $k.9))
                                            (local.get $exp.14))
                                          (local.get $k.10))
                                        (local.get $exp.14))
                                      (local.get $k.11))
                                    (local.get $exp.14))
                                  (local.get $k.12))
                                (local.get $exp.14))
                              (local.get $k.13))
                            (f32x4.mul (local.get $exp.14) (local.get $exp.14)))
                          (local.get $exp.14))
                        (local.get $k.14))
                      (i32x4.shl
                        (i32x4.add (local.get $exp.15) (local.get $k.15))
                        (i32.const 23)))
                    (i32x4.shl
                      (i32x4.add
                        (i32x4.sub (local.get $exp.12) (local.get $exp.15))
                        (local.get $k.15))
                      (i32.const 23))))
                (local.set $total.s.3
                  (f32x4.add (local.get $total.s.3) (local.get $total.s'.3)))
                (local.set $x.12 (v128.load offset=48 (local.get $a.at.4)))
                (local.set $x.13 (f32x4.sub (local.get $x.12) (local.get $top.3.x4)))
                (local.set $exp.16
                  (f32x4.pmin (f32x4.pmax (local.get $x.13) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.17
                  (f32x4.add (f32x4.mul (local.get $exp.16) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.18 (f32x4.sub (local.get $exp.17) (local.get $k.5)))
                (local.set $exp.19
                  (f32x4.sub
                    (f32x4.sub
                      (local.get $exp.16)
                      (f32x4.mul (local.get $exp.18) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.18) (local.get $k.7))))
                (local.set $exp.20 (i32x4.shr_s (local.get $exp.17) (i32.const 1)))
                (local.set $total.s'.4
                  (f32x4.mul
                    (f32x4.mul
                      (f32x4.add
                        (f32x4.add
                          (f32x4.mul
                            (f32x4.add
                              (f32x4.mul
                                (f32x4.add
                                  (f32x4.mul
                                    (f32x4.add
                                      (f32x4.mul
                                        (f32x4.add
                                          (f32x4.mul
                                            (f32x4.add
                                              (f32x4.mul (local.get $k.8) (local.get $exp.19))
                                              (local.get $k.9))
                                            (local.get $exp.19))
                                          (local.get $k.10))
                                        (local.get $exp.19))
                                      (local.get $k.11))
                                    (local.get $exp.19))
                                  (local.get $k.12))
                                (local.get $exp.19))
                              (local.get $k.13))
                            (f32x4.mul (local.get $exp.19) (local.get $exp.19)))
                          (local.get $exp.19))
                        (local.get $k.14))
                      (i32x4.shl
                        (i32x4.add (local.get $exp.20) (local.get $k.15))
                        (i32.const 23)))
                    (i32x4.shl
                      (i32x4.add
                        (i32x4.sub (local.get $exp.17) (local.get $exp.20))
                        (local.get $k.15))
                      (i32.const 23))))
                (local.set $total.s.4
                  (f32x4.add (local.get $total.s.4) (local.get $total.s'.4)))
                (local.set $j.2 (i32.add (local.get $j.2) (i32.const 16)))
                (br_if $j.3 (i32.lt_s (local.get $j.2) (local.get $j.stop.2))))))
          (if
            (i32.lt_s (local.get $j.2) (local.get $J))
            (then
              (v128.store offset=128 (local.get $scratch) (local.get $total.s))
              (v128.store offset=144 (local.get $scratch) (local.get $total.s.2))
              (v128.store offset=160 (local.get $scratch) (local.get $total.s.3))
              (v128.store offset=176 (local.get $scratch) (local.get $total.s.4))
              (if
                (i32.lt_s (local.get $j.2) (local.get $J))
                (then
                  (loop $j.4
                    (local.set $a.at.5
                      (i32.add (local.get $a.at) (i32.shl (local.get $j.2) (i32.const 2))))
                    (local.set $x.14 (f32.load (local.get $a.at.5)))
                    (local.set $total.s'.5
                      (call $exp_f32 (f32.sub (local.get $x.14) (local.get $top.3))))
                    (local.set $total.at
                      (i32.add
                        (i32.add (local.get $scratch) (i32.const 0))
                        (i32.shl
                          (i32.and
                            (i32.sub (local.get $j.2) (local.get $j.stop.2))
                            (i32.const 15))
                          (i32.const 2))))
                    (local.set $total (f32.load offset=128 (local.get $total.at)))
                    (local.set $total.s.5 (f32.add (local.get $total) (local.get $total.s'.5)))
                    (f32.store offset=128
                      (i32.add
                        (i32.add (local.get $scratch) (i32.const 0))
                        (i32.shl
                          (i32.and
                            (i32.sub (local.get $j.2) (local.get $j.stop.2))
                            (i32.const 15))
                          (i32.const 2)))
                      (local.get $total.s.5))
                    (local.set $j.2 (i32.add (local.get $j.2) (i32.const 1)))
                    (br_if $j.4 (i32.lt_s (local.get $j.2) (local.get $J))))))
              (local.set $total.s (v128.load offset=128 (local.get $scratch)))
              (local.set $total.s.2 (v128.load offset=144 (local.get $scratch)))
              (local.set $total.s.3 (v128.load offset=160 (local.get $scratch)))
              (local.set $total.s.4 (v128.load offset=176 (local.get $scratch)))))
          (local.set $total.s.6 (local.get $total.s))
          (local.set $total.s.7 (local.get $total.s.2))
          (local.set $total.s.8 (local.get $total.s.3))
          (local.set $total.s.9 (local.get $total.s.4))
          (local.set $total.s.10 (f32x4.add (local.get $total.s.6) (local.get $total.s.8)))
          (local.set $total.s.11 (f32x4.add (local.get $total.s.7) (local.get $total.s.9)))
          (local.set $total.s.12 (f32x4.add (local.get $total.s.10) (local.get $total.s.11)))
          (local.set $half.3
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $total.s.12)
              (local.get $total.s.12)))
          (local.set $total.s.13 (f32x4.add (local.get $total.s.12) (local.get $half.3)))
          (local.set $half.4
            (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7
              (local.get $total.s.13)
              (local.get $total.s.13)))
          (local.set $total.s.14 (f32x4.add (local.get $total.s.13) (local.get $half.4)))
          (local.set $four.3 (local.get $total.s.14))
          (local.set $total.s.15 (f32x4.extract_lane 0 (local.get $four.3)))
          (local.set $total.2 (local.get $total.s.15))
          (local.set $j.from.3 (i32.const 0))
          (local.set $j.3 (local.get $j.from.3))
          (local.set $j.stop.3
            (select
              (i32.add
                (local.get $j.from.3)
                (i32.and (i32.sub (local.get $J) (local.get $j.from.3)) (i32.const -8)))
              (local.get $j.from.3)
              (i32.gt_s (local.get $J) (local.get $j.from.3))))
          (local.set $y.at
            (i32.add
              (local.get $y)
              (i32.shl (i32.mul (local.get $i) (local.get $J)) (i32.const 2))))
          (local.set $total.2.x4 (f32x4.splat (local.get $total.2)))
          (if
            (i32.lt_s (local.get $j.3) (local.get $j.stop.3))
            (then
              (loop $j.5
                (local.set $a.at.6
                  (i32.add (local.get $a.at) (i32.shl (local.get $j.3) (i32.const 2))))
                (local.set $x.15 (v128.load (local.get $a.at.6)))
                (local.set $y.at.2
                  (i32.add (local.get $y.at) (i32.shl (local.get $j.3) (i32.const 2))))
                (local.set $x.16 (f32x4.sub (local.get $x.15) (local.get $top.3.x4)))
                (local.set $exp.21
                  (f32x4.pmin (f32x4.pmax (local.get $x.16) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.22
                  (f32x4.add (f32x4.mul (local.get $exp.21) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.23 (f32x4.sub (local.get $exp.22) (local.get $k.5)))
                (local.set $exp.24
                  (f32x4.sub
                    (f32x4.sub
                      (local.get $exp.21)
                      (f32x4.mul (local.get $exp.23) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.23) (local.get $k.7))))
                (local.set $exp.25 (i32x4.shr_s (local.get $exp.22) (i32.const 1)))
                (local.set $y'
                  (f32x4.div
                    (f32x4.mul
                      (f32x4.mul
                        (f32x4.add
                          (f32x4.add
                            (f32x4.mul
                              (f32x4.add
                                (f32x4.mul
                                  (f32x4.add
                                    (f32x4.mul
                                      (f32x4.add
                                        (f32x4.mul
                                          (f32x4.add
                                            (f32x4.mul
                                              (f32x4.add
                                                (f32x4.mul (local.get $k.8) (local.get $exp.24))
                                                (local.get $k.9))
                                              (local.get $exp.24))
                                            (local.get $k.10))
                                          (local.get $exp.24))
                                        (local.get $k.11))
                                      (local.get $exp.24))
                                    (local.get $k.12))
                                  (local.get $exp.24))
                                (local.get $k.13))
                              (f32x4.mul (local.get $exp.24) (local.get $exp.24)))
                            (local.get $exp.24))
                          (local.get $k.14))
                        (i32x4.shl
                          (i32x4.add (local.get $exp.25) (local.get $k.15))
                          (i32.const 23)))
                      (i32x4.shl
                        (i32x4.add
                          (i32x4.sub (local.get $exp.22) (local.get $exp.25))
                          (local.get $k.15))
                        (i32.const 23)))
                    (local.get $total.2.x4)))
                (v128.store (local.get $y.at.2) (local.get $y'))
                (local.set $x.17 (v128.load offset=16 (local.get $a.at.6)))
                (local.set $x.18 (f32x4.sub (local.get $x.17) (local.get $top.3.x4)))
                (local.set $exp.26
                  (f32x4.pmin (f32x4.pmax (local.get $x.18) (local.get $k.2)) (local.get $k.3)))
                (local.set $exp.27
                  (f32x4.add (f32x4.mul (local.get $exp.26) (local.get $k.4)) (local.get $k.5)))
                (local.set $exp.28 (f32x4.sub (local.get $exp.27) (local.get $k.5)))
                (local.set $exp.29
                  (f32x4.sub
                    (f32x4.sub
                      (local.get $exp.26)
                      (f32x4.mul (local.get $exp.28) (local.get $k.6)))
                    (f32x4.mul (local.get $exp.28) (local.get $k.7))))
                (local.set $exp.30 (i32x4.shr_s (local.get $exp.27) (i32.const 1)))
                (local.set $y'.2
                  (f32x4.div
                    (f32x4.mul
                      (f32x4.mul
                        (f32x4.add
                          (f32x4.add
                            (f32x4.mul
                              (f32x4.add
                                (f32x4.mul
                                  (f32x4.add
                                    (f32x4.mul
                                      (f32x4.add
                                        (f32x4.mul
                                          (f32x4.add
                                            (f32x4.mul
                                              (f32x4.add
                                                (f32x4.mul (local.get $k.8) (local.get $exp.29))
                                                (local.get $k.9))
                                              (local.get $exp.29))
                                            (local.get $k.10))
                                          (local.get $exp.29))
                                        (local.get $k.11))
                                      (local.get $exp.29))
                                    (local.get $k.12))
                                  (local.get $exp.29))
                                (local.get $k.13))
                              (f32x4.mul (local.get $exp.29) (local.get $exp.29)))
                            (local.get $exp.29))
                          (local.get $k.14))
                        (i32x4.shl
                          (i32x4.add (local.get $exp.30) (local.get $k.15))
                          (i32.const 23)))
                      (i32x4.shl
                        (i32x4.add
                          (i32x4.sub (local.get $exp.27) (local.get $exp.30))
                          (local.get $k.15))
                        (i32.const 23)))
                    (local.get $total.2.x4)))
                (v128.store offset=16 (local.get $y.at.2) (local.get $y'.2))
                (local.set $j.3 (i32.add (local.get $j.3) (i32.const 8)))
                (br_if $j.5 (i32.lt_s (local.get $j.3) (local.get $j.stop.3))))))
          (if
            (i32.lt_s (local.get $j.3) (local.get $J))
            (then
              (if
                (i32.lt_s (local.get $j.3) (local.get $J))
                (then
                  (loop $j.6
                    (local.set $a.at.7
                      (i32.add (local.get $a.at) (i32.shl (local.get $j.3) (i32.const 2))))
                    (local.set $x.19 (f32.load (local.get $a.at.7)))
                    (local.set $y.at.3
                      (i32.add (local.get $y.at) (i32.shl (local.get $j.3) (i32.const 2))))
                    (f32.store
                      (local.get $y.at.3)
                      (f32.div
                        (call $exp_f32 (f32.sub (local.get $x.19) (local.get $top.3)))
                        (local.get $total.2)))
                    (local.set $j.3 (i32.add (local.get $j.3) (i32.const 1)))
                    (br_if $j.6 (i32.lt_s (local.get $j.3) (local.get $J))))))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $i.7 (i32.lt_s (local.get $i) (local.get $i.high))))))
  )
  (func $exp_f32 (param $x f32) (result f32)
    (local $v0 f32)
    (local $v1 f32)
    (local $v2 f32)
    (local $v3 f32)
    (local $v4 i32)
    (local $v5 i32)
    (local.set $v0 (f32.min (f32.max (local.get $x) (f32.const -104)) (f32.const 89)))
    (local.set $v1
      (f32.add (f32.mul (local.get $v0) (f32.const 1.4426950216293335)) (f32.const 12582912)))
    (local.set $v2 (f32.sub (local.get $v1) (f32.const 12582912)))
    (local.set $v3
      (f32.sub
        (f32.sub (local.get $v0) (f32.mul (local.get $v2) (f32.const 0.693359375)))
        (f32.mul (local.get $v2) (f32.const -0.00021219444170128554))))
    (local.set $v4 (i32.reinterpret_f32 (local.get $v1)))
    (local.set $v5 (i32.shr_s (local.get $v4) (i32.const 1)))
    (f32.mul
      (f32.mul
        (f32.add
          (f32.add
            (f32.mul
              (f32.add
                (f32.mul
                  (f32.add
                    (f32.mul
                      (f32.add
                        (f32.mul
                          (f32.add
                            (f32.mul
                              (f32.add
                                (f32.mul (f32.const 0.00019875691214110702) (local.get $v3))
                                (f32.const 0.001398199936375022))
                              (local.get $v3))
                            (f32.const 0.008333452045917511))
                          (local.get $v3))
                        (f32.const 0.04166579619050026))
                      (local.get $v3))
                    (f32.const 0.1666666567325592))
                  (local.get $v3))
                (f32.const 0.5))
              (f32.mul (local.get $v3) (local.get $v3)))
            (local.get $v3))
          (f32.const 1))
        (f32.reinterpret_i32 (i32.shl (i32.add (local.get $v5) (i32.const 127)) (i32.const 23))))
      (f32.reinterpret_i32
        (i32.shl
          (i32.add (i32.sub (local.get $v4) (local.get $v5)) (i32.const 127))
          (i32.const 23)))))
)
