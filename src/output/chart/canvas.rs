//! What pictures are painted on, one after the other.
//!
//! In: a width and a height. Out: a pixmap in whatever colours, on the memory of the picture before. The pixels of a page take
//! some ten megabytes: they are asked for once, and no more of them are there than of the largest picture.

use tiny_skia::{IntSize, Pixmap};

/// Memory for one picture at a time.
#[derive(Debug, Default)]
pub(in crate::output) struct Canvas {
    bytes: Vec<u8>,
}

impl Canvas {
    /// A pixmap that must be painted all over; `None` if it cannot be so large.
    pub(super) fn pixmap(&mut self, width: u32, height: u32) -> Option<Pixmap> {
        let size = IntSize::from_wh(width, height)?;
        let length = tiny_skia::BYTES_PER_PIXEL.checked_mul(width as usize)?.checked_mul(height as usize)?;
        let mut bytes = std::mem::take(&mut self.bytes);
        if bytes.capacity() < length {
            // Let go first: both would stand side by side.
            drop(bytes);
            bytes = vec![0; length];
        }
        bytes.resize(length, 0);
        Pixmap::from_vec(bytes, size)
    }

    /// Takes the memory back.
    pub(super) fn keep(&mut self, pixmap: Pixmap) {
        self.bytes = pixmap.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_that_of_the_largest_picture() {
        let mut canvas = Canvas::default();
        for (width, height) in [(10, 20), (30, 5), (4, 4), (20, 20), (10, 10)] {
            let pixmap = canvas.pixmap(width, height).unwrap();
            assert_eq!((pixmap.width(), pixmap.height()), (width, height));
            canvas.keep(pixmap);
        }
        assert_eq!(canvas.bytes.capacity(), 4 * 400);
        assert!(canvas.pixmap(0, 4).is_none());
    }
}
