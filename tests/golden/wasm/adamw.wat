(module
  (import "env" "memory" (memory 1 65536 shared))
  ;; m[i] = beta1 * m[i] + (1 - beta1) * g[i]
  ;; v[i] = beta2 * v[i] + (1 - beta2) * g[i]^2
  ;; args: buffers w g m v; sizes I; scalars lr beta1 beta2 eps decay c1 c2
  (func $adamw (export "adamw")
    (param $args i32) (param $begin i32) (param $end i32) (param $scratch i32)
    (local $I i32) (local $i.low i32) (local $i.end i32) (local $i.high i32) (local $i i32)
    (local $i.stop i32) (local $w i32) (local $w.at i32) (local $w0 v128) (local $g i32)
    (local $g.at i32) (local $g0 v128) (local $m i32) (local $m.at i32) (local $m0 v128)
    (local $v i32) (local $v.at i32) (local $v0 v128) (local $beta1 f32) (local $beta1.x4 v128)
    (local $splat v128) (local $m1 v128) (local $m' v128) (local $beta2 f32)
    (local $beta2.x4 v128) (local $splat.2 v128) (local $v1 v128) (local $v' v128)
    (local $c1 f32) (local $c1.x4 v128) (local $mhat v128) (local $c2 f32) (local $c2.x4 v128)
    (local $vhat v128) (local $lr f32) (local $eps f32) (local $eps.x4 v128) (local $decay f32)
    (local $decay.x4 v128) (local $lr.x4 v128) (local $w' v128) (local $w0.2 v128)
    (local $g0.2 v128) (local $m0.2 v128) (local $v0.2 v128) (local $m1.2 v128)
    (local $m'.2 v128) (local $v1.2 v128) (local $v'.2 v128) (local $mhat.2 v128)
    (local $vhat.2 v128) (local $w'.2 v128) (local $w.at.2 i32) (local $w0.3 f32)
    (local $g.at.2 i32) (local $g0.3 f32) (local $m.at.2 i32) (local $m0.3 f32)
    (local $v.at.2 i32) (local $v0.3 f32) (local $m1.3 f32) (local $v1.3 f32)
    (local $mhat.3 f32) (local $vhat.3 f32)
    (local.set $I (i32.load offset=16 (local.get $args)))
    (local.set $i.low (i32.shl (local.get $begin) (i32.const 10)))
    (local.set $i.end (i32.shl (local.get $end) (i32.const 10)))
    (local.set $i.high
      (select (local.get $i.end) (local.get $I) (i32.lt_s (local.get $i.end) (local.get $I))))
    (local.set $i (local.get $i.low))
    (local.set $i.stop
      (i32.add
        (local.get $i.low)
        (i32.and (i32.sub (local.get $i.high) (local.get $i.low)) (i32.const -8))))
    (local.set $w (i32.load offset=0 (local.get $args)))
    (local.set $g (i32.load offset=4 (local.get $args)))
    (local.set $m (i32.load offset=8 (local.get $args)))
    (local.set $v (i32.load offset=12 (local.get $args)))
    (local.set $beta1 (f32.load offset=24 (local.get $args)))
    (local.set $beta1.x4 (f32x4.splat (local.get $beta1)))
    (local.set $splat (f32x4.splat (f32.sub (f32.const 1) (local.get $beta1))))
    (local.set $beta2 (f32.load offset=28 (local.get $args)))
    (local.set $beta2.x4 (f32x4.splat (local.get $beta2)))
    (local.set $splat.2 (f32x4.splat (f32.sub (f32.const 1) (local.get $beta2))))
    (local.set $c1 (f32.load offset=40 (local.get $args)))
    (local.set $c1.x4 (f32x4.splat (local.get $c1)))
    (local.set $c2 (f32.load offset=44 (local.get $args)))
    (local.set $c2.x4 (f32x4.splat (local.get $c2)))
    (local.set $lr (f32.load offset=20 (local.get $args)))
    (local.set $eps (f32.load offset=32 (local.get $args)))
    (local.set $eps.x4 (f32x4.splat (local.get $eps)))
    (local.set $decay (f32.load offset=36 (local.get $args)))
    (local.set $decay.x4 (f32x4.splat (local.get $decay)))
    (local.set $lr.x4 (f32x4.splat (local.get $lr)))
    (if
      (i32.lt_s (local.get $i) (local.get $i.stop))
      (then
        (loop $i.1
          (local.set $w.at (i32.add (local.get $w) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $w0 (v128.load (local.get $w.at)))
          (local.set $g.at (i32.add (local.get $g) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $g0 (v128.load (local.get $g.at)))
          (local.set $m.at (i32.add (local.get $m) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $m0 (v128.load (local.get $m.at)))
          (local.set $v.at (i32.add (local.get $v) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $v0 (v128.load (local.get $v.at)))
          (local.set $m1
            (f32x4.add
              (f32x4.mul (local.get $beta1.x4) (local.get $m0))
              (f32x4.mul (local.get $splat) (local.get $g0))))
          (local.set $m' (local.get $m1))
          (v128.store (local.get $m.at) (local.get $m'))
          (local.set $v1
            (f32x4.add
              (f32x4.mul (local.get $beta2.x4) (local.get $v0))
              (f32x4.mul (local.get $splat.2) (f32x4.mul (local.get $g0) (local.get $g0)))))
          (local.set $v' (local.get $v1))
          (v128.store (local.get $v.at) (local.get $v'))
          (local.set $mhat (f32x4.div (local.get $m1) (local.get $c1.x4)))
          (local.set $vhat (f32x4.div (local.get $v1) (local.get $c2.x4)))
          (local.set $w'
            (f32x4.sub
              (local.get $w0)
              (f32x4.mul
                (local.get $lr.x4)
                (f32x4.add
                  (f32x4.div
                    (local.get $mhat)
                    (f32x4.add (f32x4.sqrt (local.get $vhat)) (local.get $eps.x4)))
                  (f32x4.mul (local.get $decay.x4) (local.get $w0))))))
          (v128.store (local.get $w.at) (local.get $w'))
          (local.set $w0.2 (v128.load offset=16 (local.get $w.at)))
          (local.set $g0.2 (v128.load offset=16 (local.get $g.at)))
          (local.set $m0.2 (v128.load offset=16 (local.get $m.at)))
          (local.set $v0.2 (v128.load offset=16 (local.get $v.at)))
          (local.set $m1.2
            (f32x4.add
              (f32x4.mul (local.get $beta1.x4) (local.get $m0.2))
              (f32x4.mul (local.get $splat) (local.get $g0.2))))
          (local.set $m'.2 (local.get $m1.2))
          (v128.store offset=16 (local.get $m.at) (local.get $m'.2))
          (local.set $v1.2
            (f32x4.add
              (f32x4.mul (local.get $beta2.x4) (local.get $v0.2))
              (f32x4.mul (local.get $splat.2) (f32x4.mul (local.get $g0.2) (local.get $g0.2)))))
          (local.set $v'.2 (local.get $v1.2))
          (v128.store offset=16 (local.get $v.at) (local.get $v'.2))
          (local.set $mhat.2 (f32x4.div (local.get $m1.2) (local.get $c1.x4)))
          (local.set $vhat.2 (f32x4.div (local.get $v1.2) (local.get $c2.x4)))
          (local.set $w'.2
            (f32x4.sub
              (local.get $w0.2)
              (f32x4.mul
                (local.get $lr.x4)
                (f32x4.add
                  (f32x4.div
                    (local.get $mhat.2)
                    (f32x4.add (f32x4.sqrt (local.get $vhat.2)) (local.get $eps.x4)))
                  (f32x4.mul (local.get $decay.x4) (local.get $w0.2))))))
          (v128.store offset=16 (local.get $w.at) (local.get $w'.2))
          (local.set $i (i32.add (local.get $i) (i32.const 8)))
          (br_if $i.1 (i32.lt_s (local.get $i) (local.get $i.stop))))))
    (if
      (i32.lt_s (local.get $i) (local.get $i.high))
      (then
        (loop $i.2
          (local.set $w.at.2 (i32.add (local.get $w) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $w0.3 (f32.load (local.get $w.at.2)))
          (local.set $g.at.2 (i32.add (local.get $g) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $g0.3 (f32.load (local.get $g.at.2)))
          (local.set $m.at.2 (i32.add (local.get $m) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $m0.3 (f32.load (local.get $m.at.2)))
          (local.set $v.at.2 (i32.add (local.get $v) (i32.shl (local.get $i) (i32.const 2))))
          (local.set $v0.3 (f32.load (local.get $v.at.2)))
          (local.set $m1.3
            (f32.add
              (f32.mul (local.get $beta1) (local.get $m0.3))
              (f32.mul (f32.sub (f32.const 1) (local.get $beta1)) (local.get $g0.3))))
          (f32.store (local.get $m.at.2) (local.get $m1.3))
          (local.set $v1.3
            (f32.add
              (f32.mul (local.get $beta2) (local.get $v0.3))
              (f32.mul
                (f32.sub (f32.const 1) (local.get $beta2))
                (f32.mul (local.get $g0.3) (local.get $g0.3)))))
          (f32.store (local.get $v.at.2) (local.get $v1.3))
          (local.set $mhat.3 (f32.div (local.get $m1.3) (local.get $c1)))
          (local.set $vhat.3 (f32.div (local.get $v1.3) (local.get $c2)))
          (f32.store
            (local.get $w.at.2)
            (f32.sub
              (local.get $w0.3)
              (f32.mul
                (local.get $lr)
                (f32.add
                  (f32.div
                    (local.get $mhat.3)
                    (f32.add (f32.sqrt (local.get $vhat.3)) (local.get $eps)))
                  (f32.mul (local.get $decay) (local.get $w0.3))))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $i.2 (i32.lt_s (local.get $i) (local.get $i.high))))))
  )
)
